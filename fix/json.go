package fix

import (
	"fmt"
	"slices"
	"strings"

	"cmkify/detect"
)

// jsonReason declines a fix of JSON with the lines to paste.
func jsonReason(sites []site) *detect.Reason {
	var lines []string
	table := false
	for _, s := range sites {
		switch {
		case s.argument.Name == "enable_key_rotation" && s.at.IsZero():
			lines = append(lines, fmt.Sprintf(`"enable_key_rotation": true in %s`, s.argument.Resource.Address()))
		default:
			table = true
		}
	}
	if table {
		lines = slices.Insert(lines, 0, `"server_side_encryption": {"enabled": true, "kms_key_arn": "${aws_kms_key.dynamodb.arn}"}`)
	}
	return detect.NewReason(detect.JSONSyntax, ": "+strings.Join(lines, ", "))
}
