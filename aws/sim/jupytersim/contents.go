package jupytersim

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// isHidden is true of a path with a hidden part, which Jupyter treats as not there.
func isHidden(name string) bool {
	for part := range strings.SplitSeq(name, "/") {
		if strings.HasPrefix(part, ".") {
			return true
		}
	}
	return false
}

func (s *Server) local(name string) string {
	return filepath.Join(s.opts.Root, filepath.FromSlash(name))
}

func (s *Server) contents(w http.ResponseWriter, r *http.Request) {
	name, ok := nameOf(r, "/api/contents")
	if !ok {
		sendError(w, http.StatusBadRequest, "the path is not escaped")
		return
	}
	switch r.Method {
	case http.MethodGet:
		s.getContents(w, r, name)
	case http.MethodPut:
		s.putContents(w, r, name)
	case http.MethodDelete:
		s.deleteContents(w, name)
	default:
		sendError(w, http.StatusMethodNotAllowed, "Method Not Allowed")
	}
}

func (s *Server) getContents(w http.ResponseWriter, r *http.Request, name string) {
	info, err := os.Stat(s.local(name))
	if err != nil || isHidden(name) {
		if errors.Is(err, fs.ErrPermission) {
			sendError(w, http.StatusForbidden, "Permission denied: "+name)
			return
		}
		sendError(w, http.StatusNotFound, "No such file or directory: "+name)
		return
	}
	if want := r.URL.Query().Get("type"); want == "directory" && !info.IsDir() {
		sendError(w, http.StatusBadRequest, name+" is not a directory")
		return
	}
	m := s.model(name)
	if r.URL.Query().Get("content") != "0" {
		if err := s.fill(m, name, info); err != nil {
			sendError(w, http.StatusForbidden, "Permission denied: "+name)
			return
		}
	}
	sendJSON(w, http.StatusOK, m)
}

// model describes a file as a listing does: links are followed, but the size is the
// link's.
func (s *Server) model(name string) map[string]any {
	at := s.local(name)
	m := map[string]any{
		"name": path.Base(name), "path": name, "type": "file", "writable": false, "content": nil, "format": nil, "mimetype": nil,
		"last_modified": time.Unix(0, 0).UTC().Format(time.RFC3339Nano), "created": time.Unix(0, 0).UTC().Format(time.RFC3339Nano),
	}
	if name == "" {
		m["name"] = ""
	}
	if info, err := os.Lstat(at); err == nil {
		m["size"], m["last_modified"], m["writable"] = info.Size(), info.ModTime().UTC().Format(time.RFC3339Nano), info.Mode().Perm()&0o200 != 0
	}
	switch info, err := os.Stat(at); {
	case err != nil:
		m["writable"] = false
	case info.IsDir():
		m["type"], m["size"] = "directory", nil
	}
	return m
}

func (s *Server) fill(m map[string]any, name string, info fs.FileInfo) error {
	if !info.IsDir() {
		data, err := os.ReadFile(s.local(name))
		m["content"], m["format"] = base64.StdEncoding.EncodeToString(data), "base64"
		return err
	}
	entries, err := os.ReadDir(s.local(name))
	if err != nil {
		return err
	}
	list := []any{}
	for _, e := range entries {
		odd := e.Type()&(fs.ModeNamedPipe|fs.ModeSocket|fs.ModeDevice) != 0
		if !strings.HasPrefix(e.Name(), ".") && !odd {
			list = append(list, s.model(path.Join(name, e.Name())))
		}
	}
	m["content"], m["format"] = list, "json"
	return nil
}

func (s *Server) putContents(w http.ResponseWriter, r *http.Request, name string) {
	var in struct{ Type, Format, Content string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		sendError(w, http.StatusBadRequest, "Invalid JSON in body of request")
		return
	}
	if isHidden(name) || name == "" {
		sendError(w, http.StatusBadRequest, "Cannot create hidden file or directory '"+name+"'")
		return
	}
	at := s.local(name)
	var err error
	switch in.Type {
	case "directory":
		if info, missing := os.Stat(at); missing != nil || !info.IsDir() {
			err = os.Mkdir(at, 0o777) //nolint:gosec // the mask is the user's, as for Jupyter
		}
	case "file", "notebook":
		data := []byte(in.Content)
		if in.Format == "base64" {
			data, _ = base64.StdEncoding.DecodeString(in.Content) // what is not base64 is accepted, as far as it goes
		}
		err = os.WriteFile(at, data, 0o666) //nolint:gosec // as above
	default:
		sendError(w, http.StatusBadRequest, "Unhandled contents type: "+in.Type)
		return
	}
	if err != nil {
		sendError(w, http.StatusInternalServerError, "Unexpected error while saving file: "+name+" "+err.Error())
		return
	}
	if _, err := os.Stat(at); err != nil {
		sendError(w, http.StatusNotFound, "No such file or directory: "+name) // written, and taken away since
		return
	}
	sendJSON(w, http.StatusCreated, s.model(name))
}

// deleteContents moves a file into the trash, so that the disk is as full as before.
func (s *Server) deleteContents(w http.ResponseWriter, name string) {
	at := s.local(name)
	if _, err := os.Lstat(at); err != nil || isHidden(name) {
		sendError(w, http.StatusNotFound, "File or directory does not exist: "+name)
		return
	}
	if name == "" {
		sendError(w, http.StatusBadRequest, "Cannot delete the root")
		return
	}
	to, err := os.MkdirTemp(s.trash, "")
	if err == nil {
		err = os.Rename(at, filepath.Join(to, filepath.Base(at)))
	}
	if err != nil {
		sendError(w, http.StatusInternalServerError, err.Error())
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// files serves bytes, with ranges. A range that is the whole file is answered as if
// none had been asked for.
func (s *Server) files(w http.ResponseWriter, r *http.Request) {
	name, ok := nameOf(r, "/files/")
	f, err := os.Open(s.local(name))
	if err == nil {
		defer func() { _ = f.Close() }() // it was read
	}
	var info fs.FileInfo
	if err == nil {
		info, err = f.Stat()
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		sendPage(w, http.StatusForbidden, "403 : Forbidden")
		return
	case !ok || err != nil || isHidden(name):
		sendPage(w, http.StatusNotFound, "404 : Not Found")
		return
	case info.IsDir():
		sendPage(w, http.StatusForbidden, "403 : Forbidden")
		return
	case r.Method == http.MethodHead && s.opts.Classic:
		sendPage(w, http.StatusInternalServerError, "500 : Internal Server Error")
		return
	}
	kind := mime.TypeByExtension(path.Ext(name))
	if kind == "" {
		kind = "application/octet-stream"
	}
	w.Header().Set("Content-Type", kind)
	if r.Header.Get("Range") == "bytes=0-"+strconv.FormatInt(info.Size()-1, 10) {
		r.Header.Del("Range")
	}
	http.ServeContent(w, r, "", info.ModTime(), f)
}
