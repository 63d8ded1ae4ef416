package profile

import (
	"errors"
	"maps"
	"slices"
	"strings"
	"testing"

	"nbscope/model"
)

// want are the sections of a file by head, each a list of name=value; a table is
// name{key=value}.
func sectionsOf(f File) map[string][]string {
	out := map[string][]string{}
	for _, s := range f.sections {
		out[s.head] = []string{}
		for _, name := range sortedKeys(s.settings) {
			v := s.settings[name]
			if v.table == nil {
				out[s.head] = append(out[s.head], name+"="+v.text)
				continue
			}
			var rows []string
			for _, key := range slices.Sorted(maps.Keys(v.table)) {
				rows = append(rows, key+"="+v.table[key])
			}
			out[s.head] = append(out[s.head], name+"{"+strings.Join(rows, " ")+"}")
		}
	}
	return out
}

// TestAFileIsReadAsPythonsConfigparserDoes: what stands on the right was seen with
// botocore.configloader.raw_config_parse of botocore 1.43.11 on Python 3.11.
func TestAFileIsReadAsPythonsConfigparserDoes(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		want map[string][]string
	}{
		"nothing":                            {"", map[string][]string{}},
		"a head keeps quotes and blanks":     {"[ profile 'x' ]\na=1\n", map[string][]string{" profile 'x' ": {"a=1"}}},
		"a comment behind a head":            {"[x] # y\na=1", map[string][]string{"x": {"a=1"}}},
		"a bracket in the comment behind it": {"[x] # [y]\na=1", map[string][]string{"x] # [y": {"a=1"}}},
		"the first of = and : parts":         {"[x]\na:b=c\nd=e:f\n", map[string][]string{"x": {"a=b=c", "d=e:f"}}},
		"names in small letters":             {"[x]\nRegion = US\n", map[string][]string{"x": {"region=US"}}},
		"comments, and what is none":         {"[x]\n# a=1\n  ; b=2\nc = 3 # d\n", map[string][]string{"x": {"c=3 # d"}}},
		"an indented line goes on":           {"[x]\na=1\n  b=2\nc=3\n", map[string][]string{"x": {"a=1\nb=2", "c=3"}}},
		"after empty lines too":              {"[x]\na=1\n\n  b=2\n", map[string][]string{"x": {"a=1\n\nb=2"}}},
		"an indented section":                {"[x]\n  a=1\n  b=2\n", map[string][]string{"x": {"a=1", "b=2"}}},
		"an indented head goes on as well":   {"[x]\na=1\n  [y]\n", map[string][]string{"x": {"a=1\n[y]"}}},
		"a table":                            {"[x]\ns3 =\n  A = 1\n\n  b=2=3\nc=4\n", map[string][]string{"x": {"c=4", "s3{A=1 b=2=3}"}}},
		"an empty value is no table":         {"[x]\na =\n\nb=1\n", map[string][]string{"x": {"a=", "b=1"}}},
		"every end of line":                  {"[x]\r\na=1\rb=2\n", map[string][]string{"x": {"a=1", "b=2"}}},
		"DEFAULT lends to all":               {"[x]\na=1\n[DEFAULT]\na=2\nb=3\n[y]\n", map[string][]string{"x": {"a=1", "b=3"}, "y": {"a=2", "b=3"}}},
		"the mark of UTF-8":                  {"\ufeff[x]\na=1\n", map[string][]string{"x": {"a=1"}}},
	} {
		f, err := Parse("f", c.text)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := sectionsOf(f); !maps.EqualFunc(got, c.want, slices.Equal) {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

func TestAFileThatTheAWSCLIRefusesIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		text string
		line int
		says string
	}{
		"a section twice":          {"[x]\na=1\n\n[x]\n", 4, "after line 1"},
		"a setting twice":          {"[x]\na=1\nb=2\nA=3\n", 4, "after line 2"},
		"twice through DEFAULT":    {"[DEFAULT]\na=1\n[DEFAULT]\na=2\n", 4, "after line 2"},
		"a setting without a head": {"\na=1\n", 2, "no section"},
		"no setting":               {"[x]\nwhat\n", 2, "neither"},
		"a setting without a name": {"[x]\n= 1\n", 2, "no name"},
		"empty brackets":           {"[x]\n[]\n", 2, "neither"},
		"no setting in a table":    {"[x]\ns3 =\n  a=1\n  b\n", 4, "table of s3"},
		"not UTF-8":                {"[x]\na=1\n# \xff\n", 3, "UTF-8"},
	} {
		_, err := Parse("f", c.text)
		syntax, ok := errors.AsType[*SyntaxError](err)
		if !ok || syntax.Line != c.line || syntax.Path != "f" || !strings.Contains(syntax.Says, c.says) {
			t.Errorf("%s: %v, want line %d and %q", name, err, c.line, c.says)
		}
	}
}

// TestWordsAreSplitAsPythonsShlexDoes: seen with shlex.split of Python 3.11.
func TestWordsAreSplitAsPythonsShlexDoes(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"":                      nil,
		"  a\tb \n c":           {"a", "b", "c"},
		`a"b c"'d e'`:           {"ab cd e"},
		`''`:                    {""},
		`a '' b`:                {"a", "", "b"},
		`a\ b`:                  {"a b"},
		`"a\"b\\c\d"`:           {`a"b\c\d`},
		`'a\b'`:                 {`a\b`},
		`profile "my corp" # x`: {"profile", "my corp", "#", "x"},
		`$HOME/x | y`:           {"$HOME/x", "|", "y"},
	} {
		if got, err := Words(text); err != nil || !slices.Equal(got, want) {
			t.Errorf("%q: %q, %v, want %q", text, got, err, want)
		}
	}
	for _, text := range []string{"it's", `"a`, `a\`} {
		if got, err := Words(text); err == nil {
			t.Errorf("%q gave %q", text, got)
		}
	}
}

func joined(t testing.TB, config, credentials string) *Files {
	t.Helper()
	c, err := Parse("config", config)
	if err != nil {
		t.Fatal(err)
	}
	k, err := Parse("credentials", credentials)
	if err != nil {
		t.Fatal(err)
	}
	return Join(c, k)
}

func TestNamesAreTheProfilesOfBothFiles(t *testing.T) {
	t.Parallel()
	f := joined(t, "[default]\n[profile 'my corp']\n[profile two words]\n[ profile x ]\n[y]\n[sso-session s]\n[services v]\n[profilez z]\n",
		"[a]\n[profile b]\n['c']\n[default]\n")
	if got, want := f.Names(), []string{"'c'", "a", "default", "my corp", "profile b", "z"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// FuzzParse: whatever a file holds, reading it ends in sections or in a refusal
// with a line of the file, and every profile that it names resolves to a source or
// to a problem.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "\ufeff[default]\nregion=us-east-1\n", "[profile 'a b']\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile=a b\naws_access_key_id=A\naws_secret_access_key=s\n",
		"[profile x]\ns3 =\n  a = b\n\n  c\n", "[x]\r\n[x]\r", "[profile it's]\n", "[DEFAULT]\ncredential_process = a 'b\n[default]\n",
		"[profile x]\nsso_session = s\nsso_account_id=1\nsso_role_name=r\n[sso-session s]\nsso_region=us-east-1\nsso_start_url=u\nservices=v\n[services v]\nsts =\n endpoint_url = http://127.0.0.1\n",
		"[profile a]\nrole_arn=r\nsource_profile=b\n[profile b]\nrole_arn=r\nsource_profile=a\n", "[ default ]\na=1\n\xff",
	} {
		f.Add(seed, true)
		f.Add(seed, false)
	}
	f.Fuzz(func(t *testing.T, text string, asConfig bool) {
		file, err := Parse("f", text)
		if err != nil {
			if e, ok := errors.AsType[*SyntaxError](err); !ok || e.Line < 1 || e.Line > 1+strings.Count(unixLines(text), "\n") {
				t.Fatalf("%v in %q", err, text)
			}
			return
		}
		files := Join(File{}, file)
		if asConfig {
			files = Join(file, File{})
		}
		none := func(string) (string, bool) { return "", false }
		for _, name := range append(files.Names(), "", "nobody at all") {
			p, err := files.Resolve(name, none)
			problem, told := errors.AsType[model.Problem](err)
			switch {
			case err != nil && (!told || problem.Message == "" || problem.Hint == ""):
				t.Fatalf("%q: %#v in %q", name, err, text)
			case err == nil && (p.Source == nil || p.Source.Root() == nil):
				t.Fatalf("%q has no source in %q", name, text)
			case told && problem.Kind == model.KindNoProfile && slices.Contains(files.Names(), name) && name != "":
				t.Fatalf("%q is listed and does not exist in %q", name, text)
			}
		}
	})
}
