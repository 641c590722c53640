// Downloads a model as `ollama pull` does: by the code of ollama itself, which clients/run copies into the folder server from
// the version that go.mod pins. The rest of ollama, which needs a C++ compiler and minutes to build, has no part in that.
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
