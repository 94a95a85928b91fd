package corpus

import (
	"fmt"
	"strings"
)

func (g *generator) versions() string {
	text := `terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.0"
    }
  }
`
	if g.dir.stack {
		text += fmt.Sprintf("  backend \"s3\" {\n    bucket = \"company-terraform-state\"\n    key    = %q\n    region = \"eu-west-1\"\n  }\n", g.dir.path+"/terraform.tfstate")
	}
	text += "}\n"
	if g.dir.stack {
		text += "\nprovider \"aws\" {\n  region = \"eu-west-1\"\n  default_tags {\n    tags = { managed_by = \"terraform\" }\n  }\n}\n"
	}
	return text
}

// inputs returns a file of variable values.
func (g *generator) inputs() string {
	var b strings.Builder
	for range 5 + g.IntN(20) {
		switch name := g.name(); g.IntN(3) {
		case 0:
			fmt.Fprintf(&b, "%s = %q\n", name, g.noun())
		case 1:
			fmt.Fprintf(&b, "%s = %d\n", name, g.IntN(1000))
		default:
			fmt.Fprintf(&b, "%s = {\n  name    = %q\n  enabled = true\n  zones   = [\"eu-west-1a\", \"eu-west-1b\"] # %s\n}\n", name, g.noun(), g.noun())
		}
	}
	return b.String()
}

func variable(g *generator) string {
	name := g.name()
	return fmt.Sprintf(`variable %q {
  description = <<-EOT
    %s
    %s

    Example:
      %s = { name = "%s", size = %d }
  EOT
  type = object({
    name    = string
    size    = optional(number, %d)
    enabled = optional(bool, true)
    tags    = optional(map(string), {})
  })
  default = null

  validation {
    condition     = var.%s == null || can(regex("^[a-z][a-z0-9-]{2,%d}$", var.%s.name))
    error_message = "The name must be lower case."
  }
}
`, name, g.sentence(), g.sentence(), name, g.noun(), g.IntN(100), g.IntN(100), name, 20+g.IntN(40), name)
}

func shortVariable(g *generator) string {
	return fmt.Sprintf("variable %q {\n  description = %q\n  type        = string\n  default     = %q\n}\n", g.name(), g.sentence(), g.noun())
}

func output(g *generator) string {
	return fmt.Sprintf("output %q {\n  description = %q\n  value       = aws_sqs_queue.%s_%d.arn\n}\n", g.name(), g.sentence(), g.noun(), g.IntN(20))
}

func locals(g *generator) string {
	name := g.name()
	return fmt.Sprintf(`locals {
  %[1]s_prefix = "${var.environment}-%[2]s" /* %[3]s */
  %[1]s = {
    for key, value in var.%[2]ss : key => {
      name = "${local.%[1]s_prefix}-${key}"
      size = value.size > %[4]d ? value.size : %[4]d
      tags = merge(var.tags, { role = "%[5]s" })
    } if value.enabled
  }
}
`, name, g.noun(), g.noun(), g.IntN(100), g.noun())
}

func lookup(g *generator) string {
	return fmt.Sprintf("data \"aws_ssm_parameter\" %q {\n  name = \"/${var.environment}/%s/%s\"\n}\n", g.name(), g.noun(), g.noun())
}

// call makes a call of one of the repository's modules, or of the registry's.
func call(g *generator) string {
	source, version := "terraform-aws-modules/vpc/aws", "  version = \"~> 5.1\"\n"
	if n := len(g.dir.modules); n > 0 && g.IntN(4) > 0 {
		source, version = g.dir.source(g.dir.modules[g.IntN(n)]), ""
	}
	return fmt.Sprintf(`module %q {
  source = %q
%s
  name        = "${var.environment}-%s"
  environment = var.environment
  subnets     = data.aws_subnets.private.ids
  tags = merge(local.tags, {
    %s = %q
  })
}
`, g.name(), source, version, g.noun(), g.noun(), g.noun())
}
