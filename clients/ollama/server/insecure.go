package server

// Insecure allows a registry without TLS, as `ollama pull --insecure` does.
func Insecure() *registryOptions {
	return &registryOptions{Insecure: true}
}
