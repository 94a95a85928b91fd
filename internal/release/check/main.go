// Command check reads how releases are made as goreleaser does, and fails at the
// first field that it does not have. It is a module of its own: nothing else
// depends on goreleaser.
package main

import (
	"fmt"
	"os"

	"github.com/goreleaser/goreleaser/v2/pkg/config"
)

func main() {
	if _, err := config.Load("../../../.goreleaser.yaml"); err != nil {
		fmt.Fprintln(os.Stderr, ".goreleaser.yaml:", err)
		os.Exit(1)
	}
}
