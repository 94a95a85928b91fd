package terraform

import (
	"github.com/hashicorp/hcl/v2"
)

// NeverNull reports whether what a path leads to in the variable has a default
// by the variable's type, which it has in the place of a null, too.
// https://developer.hashicorp.com/terraform/language/expressions/type-constraints#optional-object-type-attributes
func (v *Variable) NeverNull(path hcl.Traversal) bool {
	at := v.defaults
	for n, step := range path {
		if at == nil {
			return false
		}
		attribute, ok := step.(hcl.TraverseAttr)
		if !ok || !at.Type.IsObjectType() {
			at = at.Children[""]
			continue
		}
		if value, has := at.DefaultValues[attribute.Name]; has && n == len(path)-1 {
			return !value.IsNull()
		}
		at = at.Children[attribute.Name]
	}
	return false
}

// MayLack reports whether a value of the variable's type may lack what a path
// leads to, which is then null: an optional attribute without a default.
func (v *Variable) MayLack(path hcl.Traversal) bool {
	at := v.constraint
	for n, step := range path {
		attribute, ok := step.(hcl.TraverseAttr)
		if index, named := step.(hcl.TraverseIndex); named && IsString(index.Key) {
			attribute, ok = hcl.TraverseAttr{Name: index.Key.AsString()}, true
		}
		switch {
		case at.IsCollectionType():
			at = at.ElementType()
		case !ok || !at.IsObjectType() || !at.HasAttribute(attribute.Name):
			return false
		case n == len(path)-1:
			return at.AttributeOptional(attribute.Name) && !v.NeverNull(path)
		default:
			at = at.AttributeType(attribute.Name)
		}
	}
	return false
}
