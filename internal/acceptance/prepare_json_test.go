package acceptance

import (
	"encoding/json"
	"strings"
)

// json returns the changed file in JSON syntax. One in which nothing is changed
// stays as it is, byte for byte.
func (p *preparation) json(src []byte) []byte {
	var file any
	if json.Unmarshal(src, &file) != nil {
		return src // Terraform will say it
	}
	changed := false
	for _, root := range objects(file) {
		for _, variables := range objects(root["variable"]) {
			for name, v := range variables {
				if body := objects(v); len(body) > 0 && body[0]["default"] == nil {
					p.required[name] = true
				}
			}
		}
		for _, providers := range objects(root["provider"]) {
			for _, config := range objects(providers["aws"]) {
				alias, _ := config["alias"].(string)
				p.defined[alias] = true
			}
		}
		for _, settings := range objects(root["terraform"]) {
			p.requires = p.requires || settings["required_providers"] != nil
			changed = anyJSONVersion(settings) || changed
		}
		changed = withoutRegions(root["resource"]) || changed || root["import"] != nil
		delete(root, "import") // only a root may have it
	}
	if !changed {
		return src
	}
	out, err := json.Marshal(file)
	if err != nil {
		panic(err)
	}
	return out
}

// objects returns an object, or those in a list.
func objects(v any) []map[string]any {
	switch v := v.(type) {
	case map[string]any:
		return []map[string]any{v}
	case []any:
		var out []map[string]any
		for _, e := range v {
			out = append(out, objects(e)...)
		}
		return out
	}
	return nil
}

// anyJSONVersion takes out which versions of providers are wanted, and reports
// whether there were any.
func anyJSONVersion(settings map[string]any) bool {
	changed := false
	for _, providers := range objects(settings["required_providers"]) {
		for _, provider := range providers {
			for _, p := range objects(provider) {
				if p["version"] != nil {
					p["version"], changed = strings.Trim(anyVersion, `"`), true
				}
			}
		}
	}
	return changed
}

// withoutRegions takes the region out of resources, which is an argument of
// provider 6, and reports whether there was any.
func withoutRegions(resources any) bool {
	changed := false
	for _, types := range objects(resources) {
		for _, labels := range types {
			for _, label := range objects(labels) {
				for _, body := range label {
					for _, b := range objects(body) {
						changed = changed || b["region"] != nil
						delete(b, "region")
					}
				}
			}
		}
	}
	return changed
}
