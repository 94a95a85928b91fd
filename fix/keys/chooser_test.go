package keys

import (
	"maps"
	"slices"
	"testing"

	"cmkify/detect"
	"cmkify/internal/eval"
	"cmkify/internal/terraform"
)

// chooser returns one for the tables of a module of files.
func chooser(t *testing.T, files map[string]string) *Chooser {
	t.Helper()
	var sources []terraform.Source
	for _, name := range slices.Sorted(maps.Keys(files)) {
		sources = append(sources, terraform.Source{Name: name, Path: name, Bytes: []byte(files[name])})
	}
	m := terraform.Load(".", sources)
	for _, err := range m.Errors {
		t.Fatal(err)
	}
	top := func(o eval.Options) *eval.Instance { return eval.New(o).Top(m) }
	in := top(eval.Options{})
	result := detect.Check(func(seed int) []*eval.Instance {
		if seed == 0 {
			return []*eval.Instance{in}
		}
		return []*eval.Instance{top(eval.Options{Seed: seed})}
	}, detect.Options{})
	return NewChooser(in, result.Findings, Options{
		Policy: PolicyDynamoDB, Name: "dynamodb",
		Newer:     func(in *eval.Instance) bool { return in.RegionSign() != terraform.OlderSign },
		Reads:     func(*New, *terraform.Resource) bool { return false },
		Writable:  func(*terraform.File) bool { return true },
		LeadsBack: func(string) bool { return false },
		Mentioned: func(string, string) bool { return false },
	}, nil)
}

// chooserOf returns one for the tables of a module of one file.
func chooserOf(t *testing.T, src string) *Chooser {
	t.Helper()
	return chooser(t, map[string]string{"main.tf": src})
}

func (c *Chooser) resource(t *testing.T, address string) *terraform.Resource {
	t.Helper()
	r := c.In.Resource(address)
	if r == nil {
		t.Fatalf("no %s", address)
	}
	return r
}

// first returns the need of a table, or of its replica of a number.
func (c *Chooser) need(t *testing.T, address string, n int) *detect.KeyNeed {
	t.Helper()
	for _, f := range c.All {
		if f.Address() != address {
			continue
		}
		for _, w := range f.Wants {
			if w.Value.Key == nil {
				continue
			}
			if n == 0 {
				return w.Value.Key
			}
			n--
		}
	}
	t.Fatalf("%s needs no such key", address)
	return nil
}

// open is a policy with which any caller of the account may use a key.
const open = `
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Principal = { AWS = data.aws_caller_identity.current.account_id }, Action = "kms:*", Resource = "*" },
      {
        Effect    = "Allow"
        Principal = { AWS = "*" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:CreateGrant", "kms:DescribeKey"]
        Resource  = "*"
        Condition = {
          StringEquals = { "kms:CallerAccount" = data.aws_caller_identity.current.account_id }
          StringLike   = { "kms:ViaService" = "dynamodb.*.amazonaws.com" }
        }
      },
    ]
  })
`

// forAll is open, too, and does not say that the key is for DynamoDB.
const forAll = `
  policy = jsonencode({
    Statement = [{
      Effect    = "Allow"
      Principal = { AWS = "*" }
      Action    = "kms:*"
      Resource  = "*"
      Condition = { StringEquals = { "kms:CallerAccount" = data.aws_caller_identity.current.account_id } }
    }]
  })
`

// account is the data source that policies refer to.
const account = "data \"aws_caller_identity\" \"current\" {}\n"

// plain is a table without a key.
const plain = "resource \"aws_dynamodb_table\" \"t\" {\n  name = \"t\"\n}\n"
