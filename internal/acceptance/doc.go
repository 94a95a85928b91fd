// Package acceptance holds what cmkify writes to real Terraform: its tests
// validate the results of all golden cases, hold verdicts and fixes on random
// modules to plans, and apply configurations before and after the rewrite
// against a stand-in of AWS on the loopback address: some of the golden cases,
// and with -cases . all of them. They need the terraform command and, in
// CMKIFY_TF_PLUGINS, a folder with the AWS provider; without them they are
// skipped. Nothing leaves the machine.
package acceptance
