package corpus

import (
	"fmt"
	"strings"
)

// tableFiles returns the file of the directory's tables, and that of its keys
// if it has some.
func (g *generator) tableFiles() []file {
	out := []file{{"dynamodb.tf", g.tableFile(1 + min(g.IntN(6), g.IntN(6)))}}
	if g.IntN(5) == 0 {
		out = append(out, file{"kms.tf", g.key()})
	}
	return out
}

// tableFile returns a file of so many tables.
func (g *generator) tableFile(tables int) string {
	var list []string
	for range tables {
		list = append(list, g.table())
	}
	text := strings.Join(list, "\n")
	if strings.Contains(text, "var.encrypt") {
		text = encryptionVariables + "\n" + text
	}
	return text
}

// encryptions are what tables say of their encryption, in about the shares
// that they have in public repositories.
var encryptions = []struct {
	percent int
	text    string
}{
	{58, ""},
	{19, "\n  server_side_encryption {\n    enabled = true\n  }\n"},
	{16, "\n  server_side_encryption {\n    enabled     = true\n    kms_key_arn = \"arn:aws:kms:eu-west-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab\"\n  }\n"},
	{7, "\n  server_side_encryption {\n    enabled     = var.encrypt\n    kms_key_arn = var.kms_key_arn\n  }\n"},
}

// encryptionVariables declares what encryptions refer to.
const encryptionVariables = `variable "encrypt" {
  description = "Whether tables are encrypted with the key of kms_key_arn."
  type        = bool
  default     = false
}

variable "kms_key_arn" {
  description = "The ARN of a customer managed key."
  type        = string
  default     = null
}
`

func (g *generator) table() string {
	g.tables++
	name, encryption, n := g.name(), "", g.IntN(100)
	for _, e := range encryptions {
		if n < e.percent {
			encryption = e.text
			break
		}
		n -= e.percent
	}
	replica := ""
	if g.IntN(10) == 0 {
		replica = "\n  replica {\n    region_name = \"us-east-1\"\n  }\n"
	}
	return fmt.Sprintf(`resource "aws_dynamodb_table" %q {
  name         = "${var.environment}-%s"
  billing_mode = "PAY_PER_REQUEST"
  hash_key     = "id"
  range_key    = "at"

  attribute {
    name = "id"
    type = "S"
  }

  attribute {
    name = "at"
    type = "N"
  }

  point_in_time_recovery { enabled = true }
%s%s
  tags = merge(local.tags, { purpose = %q })
}
`, name, g.noun(), encryption, replica, g.sentence())
}

func (g *generator) key() string {
	name := g.name()
	return fmt.Sprintf(`resource "aws_kms_key" %[1]q {
  description             = %[2]q
  enable_key_rotation     = true
  deletion_window_in_days = %[3]d
}

resource "aws_kms_alias" %[1]q {
  name          = "alias/${var.environment}/%[4]s"
  target_key_id = aws_kms_key.%[1]s.key_id
}
`, name, g.sentence(), 7+g.IntN(23), g.noun())
}
