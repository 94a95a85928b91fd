package acceptance

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
)

// account is the account that every caller of the stand-in belongs to.
const account = "111122223333"

// A standIn answers as DynamoDB, KMS, STS and IAM do, for one account and as many
// regions as are asked for. It refuses what AWS refuses where that decides
// whether a rewrite works, and is done with everything at once.
type standIn struct {
	url string
	t   *testing.T

	// final says that what is refused stays refused. The provider would try a
	// policy again for two minutes.
	final bool

	mu      sync.Mutex // held while an operation runs
	regions map[string]*region
	calls   []call
	roles   map[string]*role
	serial  int // of the ids given out
}

// A region holds what AWS keeps apart by region.
type region struct {
	name    string
	tables  map[string]*table
	keys    map[string]*key
	aliases map[string]string // key ids by alias name
}

// A call is a request that the stand-in got, refused ones too.
type call struct {
	region    string
	operation string // such as dynamodb.UpdateTable
	body      string
}

// An operation takes a request's body, and gives what becomes that of the
// response.
type operation func(s *standIn, r *region, body []byte) (any, error)

// op makes an operation of a function. A member of the request that In does
// not have is an error: what the stand-in does not know, it must not accept.
func op[In any](do func(s *standIn, r *region, in In) (any, error)) operation {
	return func(s *standIn, r *region, body []byte) (any, error) {
		var in In
		decoder := json.NewDecoder(bytes.NewReader(body))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&in); err != nil {
			return nil, err
		}
		return do(s, r, in)
	}
}

// An awsError is a refusal that AWS documents.
type awsError struct{ code, message string }

func (e awsError) Error() string { return e.code + ": " + e.message }

func refusal(code, format string, args ...any) error {
	return awsError{code, fmt.Sprintf(format, args...)}
}

func newStandIn(t *testing.T) *standIn {
	s := &standIn{t: t, regions: map[string]*region{}, roles: map[string]*role{}}
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	s.url = server.URL
	return s
}

func (s *standIn) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	target := r.Header.Get("X-Amz-Target")
	if target == "" {
		s.serveQuery(w, body)
		return
	}
	service, name, _ := strings.Cut(target, ".")
	out, err := s.call(requestRegion(r), shortNames[service]+"."+name, body)
	respond(w, out, err)
}

var shortNames = map[string]string{"DynamoDB_20120810": "dynamodb", "TrentService": "kms"}

// requestRegion returns the region of the scope that the request is signed
// for, as AWS itself looks at it: Credential=ID/20250102/eu-west-1/kms/aws4_request.
func requestRegion(r *http.Request) string {
	_, credential, _ := strings.Cut(r.Header.Get("Authorization"), "Credential=")
	scope := strings.Split(credential, "/")
	if len(scope) < 3 {
		return ""
	}
	return scope[2]
}

// call runs an operation such as kms.CreateKey and keeps it in mind.
func (s *standIn) call(region, name string, body []byte) (any, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = append(s.calls, call{region, name, string(body)})
	do := dynamoDBOperations[name]
	if do == nil {
		do = kmsOperations[name]
	}
	if region == "" || do == nil {
		s.t.Errorf("the stand-in has no %s in region %q: %s", name, region, body)
		return nil, refusal("UnknownOperationException", "%s", name)
	}
	out, err := do(s, s.in(region), body)
	refused := awsError{}
	if err != nil && !errors.As(err, &refused) {
		s.t.Errorf("%s: %v: %s", name, err, body)
	}
	if s.final && refused.code == "MalformedPolicyDocumentException" {
		err = awsError{"InvalidParameter", refused.message}
	}
	return out, err
}

// in returns the region, which is empty at first.
func (s *standIn) in(name string) *region {
	if s.regions[name] == nil {
		s.regions[name] = &region{name, map[string]*table{}, map[string]*key{}, map[string]string{}}
	}
	return s.regions[name]
}

func respond(w http.ResponseWriter, out any, err error) {
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	if err != nil {
		refused := awsError{"SerializationException", err.Error()}
		errors.As(err, &refused)
		w.WriteHeader(http.StatusBadRequest)
		out = map[string]string{"__type": refused.code, "message": refused.message}
	}
	if err := json.NewEncoder(w).Encode(out); err != nil {
		panic(err) // a value of ours that is no JSON
	}
}

// called returns the calls of an operation so far, in all regions.
func (s *standIn) called(operation string) []call {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []call
	for _, c := range s.calls {
		if c.operation == operation {
			out = append(out, c)
		}
	}
	return out
}

// forget drops the calls so far.
func (s *standIn) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls = nil
}

// A tag is one of a table (Key, Value) or a key (TagKey, TagValue).
type tag struct {
	Key      string
	Value    string
	TagKey   string
	TagValue string
}

func addTags(tags map[string]string, add []tag) {
	for _, t := range add {
		tags[t.Key+t.TagKey] = t.Value + t.TagValue
	}
}
