package terraform

import "bytes"

// unreadSigns are what makes a file that is not read yet matter: it may
// declare or change a table, a key, or the data source that a key refers to.
var unreadSigns = [][]byte{[]byte(TableType), []byte("aws_kms_key"), []byte("aws_caller_identity")}

func (m *Module) addUnread(f *File) {
	for _, sign := range unreadSigns {
		if bytes.Contains(f.Bytes, sign) {
			m.Unread = append(m.Unread, f)
			return
		}
	}
}
