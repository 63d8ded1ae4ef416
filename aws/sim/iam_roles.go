package sim

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Who may assume a role.
const (
	trustsRoot      = "root" // the first account
	trustsSageMaker = "sagemaker.amazonaws.com"
	trustsLambda    = "lambda.amazonaws.com"
)

// iamRole is a role of an account.
type iamRole struct {
	name, path string
	trusts     string // a service, or trustsRoot
}

func (w *world) roleARN(a *account, v iamRole) string {
	return "arn:aws:iam::" + a.id + ":role" + v.path + v.name
}

// roleChanges are the roles that were changed since the world was made; one that
// trusts nobody is gone.
type roleChanges struct {
	mu sync.RWMutex
	by map[roleRef]string
}

// everyRole lists the roles of an account as the world made them. The accounts
// after the first are not in order: in one a role of notebooks trusts another
// service, and in one it trusts nobody, which stands for gone.
func (w *world) everyRole(a *account) []iamRole {
	var all []iamRole
	for _, name := range []string{OrgRole, ReadRole, MFARole, LockedRole} {
		all = append(all, iamRole{name, "/", trustsRoot})
	}
	for _, known := range roleNames() {
		at := strings.LastIndexByte(known, '/') + 1
		v := iamRole{known[at:], "/" + known[:at], trustsSageMaker}
		switch {
		case a.index == 1 && v.name == "ds-notebook-execution":
			v.trusts = trustsLambda
		case a.index == 2 && v.name == "MLPlatformNotebook":
			v.trusts = ""
		}
		all = append(all, v)
	}
	return append(all, iamRole{"nightly-loader", "/service-role/", trustsLambda})
}

// roles lists the roles that an account has now, by name.
func (w *world) roles(a *account) []iamRole {
	w.changed.mu.RLock()
	defer w.changed.mu.RUnlock()
	var kept []iamRole
	for _, v := range w.everyRole(a) {
		if trusts, ok := w.changed.by[roleRef{a.id, v.name}]; ok {
			v.trusts = trusts
		}
		if v.trusts != "" {
			kept = append(kept, v)
		}
	}
	slices.SortFunc(kept, func(a, b iamRole) int { return compare(a.name, b.name) })
	return kept
}

// role finds a role of an account by its name.
func (w *world) role(a *account, name string) (iamRole, bool) {
	all := w.roles(a)
	i := slices.IndexFunc(all, func(v iamRole) bool { return v.name == name })
	if i < 0 {
		return iamRole{}, false
	}
	return all[i], true
}

// trusted says whether SageMaker may assume a role. Only a role of the account
// itself can be passed.
func (w *world) trusted(arn string, a *account) bool {
	ref, ok := parseRole(arn)
	if !ok || ref.account != a.id {
		return false
	}
	v, ok := w.role(a, ref.name)
	return ok && v.trusts == trustsSageMaker && w.roleARN(a, v) == arn
}

func (w *world) roleView(a *account, v iamRole) element {
	principal := `"Service":"` + v.trusts + `"`
	if v.trusts == trustsRoot {
		principal = `"AWS":"arn:aws:iam::` + w.accounts[0].id + `:root"`
	}
	policy := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{` + principal + `},"Action":"sts:AssumeRole"}]}`
	return group("Role",
		leaf("Path", v.path), leaf("RoleName", v.name), leaf("RoleId", w.roleID(a.id, v.name)), leaf("Arn", w.roleARN(a, v)),
		leaf("CreateDate", w.base.Add(-1000*24*time.Hour).Format(time.RFC3339)),
		leaf("AssumeRolePolicyDocument", url.PathEscape(policy)),
		number("MaxSessionDuration", 3600))
}

// getRole knows the roles that may be assumed, and those that notebooks have.
func getRole(s *cloud, r *request) (any, *apiError) {
	name := r.form.Get("RoleName")
	if name == "" {
		return nil, badRequest("ValidationError", "1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null")
	}
	v, ok := s.world.role(r.account, name)
	if !ok {
		return nil, noSuchEntity("The role with name " + name + " cannot be found.")
	}
	return group("", s.world.roleView(r.account, v)), nil
}

func noSuchEntity(text string) *apiError {
	return &apiError{code: "NoSuchEntity", message: text, status: http.StatusNotFound}
}

func listRoles(s *cloud, r *request) (any, *apiError) {
	prefix := r.form.Get("PathPrefix")
	var found []iamRole
	for _, v := range s.world.roles(r.account) {
		if strings.HasPrefix(v.path, prefix) {
			found = append(found, v)
		}
	}
	cut, more, e := iamPage(r, found, prefix)
	if e != nil {
		return nil, e
	}
	views := make([]element, 0, len(cut))
	for _, v := range cut {
		views = append(views, s.world.roleView(r.account, v))
	}
	return group("", append([]element{members("Roles", views)}, more...)...), nil
}

// iamPage cuts a page out of a list of IAM's, and makes what stands beside it.
func iamPage[T any](r *request, all []T, asked string) (cut []T, more []element, e *apiError) {
	size := 100
	if text := r.form.Get("MaxItems"); text != "" {
		n, err := strconv.Atoi(text)
		if err != nil {
			return nil, nil, badRequest("ValidationError", "MaxItems is not a number")
		}
		var c constraints
		c.between("maxItems", &n, 1, 1000)
		if e := c.err("ValidationError"); e != nil {
			return nil, nil, e
		}
		size = n
	}
	cut, next, ok := page(r, all, size, asked, r.form.Get("Marker"))
	if !ok {
		return nil, nil, badRequest("ValidationError", "Invalid Marker.")
	}
	return cut, []element{flag("IsTruncated", next != ""), leaf("Marker", next)}, nil
}
