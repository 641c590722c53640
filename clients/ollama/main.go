// Downloads a model as `ollama pull` does, with ollama's own code: clients/run copies it into the folder server from
// the version that go.mod pins. The rest of ollama needs a C++ compiler and minutes to build, and pull does not use it.
package main

import (
	"context"
	"fmt"
	"os"

	"github.com/ollama/ollama/api"

	"pull/server"
)

func main() {
	err := server.PullModel(context.Background(), os.Args[1], server.Insecure(), func(api.ProgressResponse) {})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
