package eval

import (
	"strings"

	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/function"
)

// providerPrefix begins the names of functions that providers bring, behind
// which are the provider's local name and the function's.
// https://developer.hashicorp.com/terraform/language/functions#provider-defined-functions
const providerPrefix = "provider::"

// providerFunctions returns functions of the AWS provider, by the names that they
// are called by where the provider has its usual local name.
// https://registry.terraform.io/providers/hashicorp/aws/5.100.0/docs/functions/arn_build
func providerFunctions() map[string]function.Function {
	return map[string]function.Function{
		providerPrefix + "aws::arn_build": arnBuildFunction(),
		providerPrefix + "aws::arn_parse": arnParseFunction(),
	}
}

// arnParts are the parameters of arn_build and the attributes of what arn_parse
// returns, as they follow one another in an ARN.
var arnParts = []string{"partition", "service", "region", "account_id", "resource"}

// arnBuildFunction joins the parts of an ARN.
func arnBuildFunction() function.Function {
	var params []function.Parameter
	for _, name := range arnParts {
		params = append(params, param(name, cty.String))
	}
	return strict(cty.String, func(args []cty.Value) (cty.Value, error) {
		out := "arn"
		for _, arg := range args {
			out += ":" + arg.AsString()
		}
		return cty.StringVal(out), nil
	}, params...)
}

// arnParseFunction takes an ARN apart. The last part may hold colons.
func arnParseFunction() function.Function {
	ty := map[string]cty.Type{}
	for _, name := range arnParts {
		ty[name] = cty.String
	}
	return strict(cty.Object(ty), func(args []cty.Value) (cty.Value, error) {
		parts := strings.SplitN(args[0].AsString(), ":", len(arnParts)+1)
		if len(parts) <= len(arnParts) || parts[0] != "arn" {
			return cty.NilVal, function.NewArgErrorf(0, "not an ARN")
		}
		out := map[string]cty.Value{}
		for n, name := range arnParts {
			out[name] = cty.StringVal(parts[n+1])
		}
		return cty.ObjectVal(out), nil
	}, param("arn", cty.String))
}
