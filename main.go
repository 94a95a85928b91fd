// Cmkify moves DynamoDB tables in Terraform code to customer managed KMS
// keys. Package internal/cli has the flags, the order of the steps and the
// exit statuses.
package main

import (
	"os"

	"cmkify/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
