package eval

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// unknownFunctions are Terraform's functions whose result is not known from
// the configuration alone, or not worth a guess. Where Terraform says which
// type they return, and that it is never null, so do we.
func unknownFunctions() map[string]function.Function {
	table := map[string]function.Function{
		// A template can be one interpolation, and so of any type.
		"templatefile": unknownFunction(),
		"fileexists":   unknownOf(cty.Bool),
		"fileset":      unknownOf(cty.Set(cty.String)),
		"cidrsubnets":  unknownOf(cty.List(cty.String)),
	}
	for _, name := range []string{
		// the file system, and where it is run
		"abspath", "file", "filebase64", "filebase64sha256", "filebase64sha512",
		"filemd5", "filesha1", "filesha256", "filesha512", "pathexpand",
		// time and randomness
		"bcrypt", "plantimestamp", "timestamp", "uuid",
		// a plaintext that is nobody's business
		"rsadecrypt",
		// encodings and hashes: no public configuration decides an encryption by one
		"base64decode", "base64encode", "base64sha256", "base64sha512", "md5", "sha1", "sha256", "sha512",
		"textdecodebase64", "textencodebase64", "uuidv5",
		// addresses of networks
		"cidrhost", "cidrnetmask", "cidrsubnet",
		// its first argument is a reference, rendered with the second alone in scope
		"templatestring",
		// its bytes depend on the release of Go that Terraform was built with
		"base64gzip",
	} {
		table[name] = unknownOf(cty.String)
	}
	return table
}

// unknownFunction returns a function that takes anything and returns a value
// of which nothing is known: what stands behind a name that functions does
// not have, such as provider::time::rfc3339_parse.
func unknownFunction() function.Function { return unknownOf(cty.DynamicPseudoType) }

// unknownOf returns a function that takes anything and returns an unknown of
// type ty, sensitive if an argument is. It is not null if ty says anything:
// cty keeps no such knowledge of a value whose type is not known either.
func unknownOf(ty cty.Type) function.Function {
	rest := anyParam("args")
	return function.New(&function.Spec{
		VarParam:     &rest,
		Type:         function.StaticReturnType(ty),
		RefineResult: notNull,
		Impl: func(args []cty.Value, _ cty.Type) (cty.Value, error) {
			result := cty.UnknownVal(ty)
			for _, arg := range args {
				_, marks := arg.UnmarkDeep()
				result = result.WithMarks(marks)
			}
			return result, nil
		},
	})
}
