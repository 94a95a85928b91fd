package corpus

import (
	"fmt"
	"strings"
)

// leftovers returns what tools leave in a directory: providers and installed
// modules in one stack of six, packages of scripts in a few.
func (g *generator) leftovers() []file {
	if !g.dir.stack {
		return nil
	}
	var out []file
	if g.IntN(6) == 0 {
		out = append(out,
			file{".terraform/modules/modules.json", `{"Modules":[{"Key":"","Source":"","Dir":"."},{"Key":"vpc","Source":"registry.terraform.io/terraform-aws-modules/vpc/aws","Version":"5.1.2","Dir":".terraform/modules/vpc"}]}`},
			file{".terraform/modules/vpc/main.tf", g.fill([]maker{securityGroup, locals})},
			file{".terraform/providers/registry.terraform.io/hashicorp/aws/5.100.0/linux_amd64/LICENSE.txt", strings.Repeat(g.sentence()+"\n", 100)},
			file{".terraform.lock.hcl", "provider \"registry.terraform.io/hashicorp/aws\" {\n  version     = \"5.100.0\"\n  constraints = \"~> 5.0\"\n}\n"})
	}
	if g.IntN(10) == 0 {
		for i := range 10 {
			out = append(out, file{fmt.Sprintf("src/%s_%d.py", g.noun(), i), strings.Repeat("# "+g.sentence()+"\n", 20)})
		}
	}
	return out
}

// toolFiles returns the folders of tools at the root of a tree of so many
// directories.
func toolFiles(directories int) []file {
	out := []file{
		{".git/HEAD", "ref: refs/heads/main\n"},
		{".git/config", "[core]\n\trepositoryformatversion = 0\n\tbare = false\n"},
		{".gitignore", ".terraform/\nnode_modules/\n*.tfstate\n*.tfplan\n"},
		{"node_modules/@cdktf/hcl/example/main.tf", "resource \"aws_dynamodb_table\" \"example\" {\n  name = \"example\"\n}\n"},
	}
	for i := range 10 + directories/4 {
		out = append(out,
			file{fmt.Sprintf(".git/objects/%02x/%036x", i%256, i), strings.Repeat("x", 200)},
			file{fmt.Sprintf("node_modules/package-%d/package.json", i), "{}\n"},
			file{fmt.Sprintf("node_modules/package-%d/lib/index.js", i), "module.exports = {}\n"})
	}
	return out
}
