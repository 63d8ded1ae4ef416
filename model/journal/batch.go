package journal

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"nbscope/model/recreate"
)

// A batch stands beside the journals, in a file that is written whole or not at all.

const (
	batchSuffix = ".batch"
	batchSchema = 1
	maxBatch    = 64 << 20 // bytes: a larger file is none
)

// batchFile is a batch as it stands in its file, with a sum at its end.
type batchFile struct {
	Schema int `json:"schema"`
	recreate.KeptBatch
}

// KeepBatch replaces what is kept of a batch.
func (d *Dir) KeepBatch(b recreate.KeptBatch) (err error) {
	if !idPattern.MatchString(b.ID) {
		return fmt.Errorf("%q is not the id of a batch", b.ID)
	}
	defer func() {
		if err != nil {
			err = fmt.Errorf("keep the batch for another time: %w", err)
		}
	}()
	raw, err := json.Marshal(batchFile{batchSchema, b})
	if err != nil {
		return err
	}
	if err := makeDir(d.path, syncDir); err != nil {
		return err
	}
	tmp, err := os.CreateTemp(d.path, "."+b.ID+".*.tmp") // readable by its owner alone
	if err != nil {
		return err
	}
	_, err = tmp.Write(append(seal(raw), '\n'))
	if err = errors.Join(err, tmp.Sync(), tmp.Close()); err == nil {
		err = os.Rename(tmp.Name(), filepath.Join(d.path, b.ID+batchSuffix))
	}
	if err != nil {
		return errors.Join(err, os.Remove(tmp.Name()))
	}
	return syncDir(d.path)
}

// DropBatch ends the keeping of a batch; that of one that is not kept is none.
func (d *Dir) DropBatch(id string) error {
	if !idPattern.MatchString(id) {
		return fmt.Errorf("%q is not the id of a batch", id)
	}
	if err := os.Remove(filepath.Join(d.path, id+batchSuffix)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("give up what is kept of a batch: %w", err)
	}
	return nil
}

// Batches reads every batch that is kept. The error is about those that cannot be
// read, which are left as they are, beside the others.
func (d *Dir) Batches() ([]recreate.KeptBatch, error) {
	entries, err := os.ReadDir(d.path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, nil
		}
		return nil, fmt.Errorf("read the batches in %s: %w", d.path, err)
	}
	var out []recreate.KeptBatch
	var errs []error
	for _, e := range entries {
		id, ok := strings.CutSuffix(e.Name(), batchSuffix)
		if !ok || !idPattern.MatchString(id) {
			continue
		}
		path := filepath.Join(d.path, e.Name())
		b, err := readBatch(path, id)
		switch {
		case errors.Is(err, fs.ErrNotExist): // removed since the folder was read
		case err != nil:
			errs = append(errs, fmt.Errorf("the batch in %s is left as it is: %w", path, err))
		default:
			out = append(out, b)
		}
	}
	return out, errors.Join(errs...)
}

// readBatch reads a batch strictly: nothing of one that is understood in part is gone
// on with.
func readBatch(path, id string) (recreate.KeptBatch, error) {
	raw, err := read(path, maxBatch)
	if err != nil {
		return recreate.KeptBatch{}, err
	}
	object, sealed, whole := unseal(bytes.TrimSuffix(raw, []byte("\n")))
	if !sealed || !whole {
		return recreate.KeptBatch{}, errors.New("it is not as it was written")
	}
	var version struct{ Schema int }
	if err := json.Unmarshal(object, &version); err != nil {
		return recreate.KeptBatch{}, fmt.Errorf("it is not JSON: %w", err)
	}
	var f batchFile
	strict := json.NewDecoder(bytes.NewReader(object))
	strict.DisallowUnknownFields()
	if err := strict.Decode(&f); version.Schema != batchSchema || err != nil || f.Unknown() != "" {
		return recreate.KeptBatch{}, errors.New("it was made by a newer nbscope")
	}
	if f.ID != id {
		return recreate.KeptBatch{}, errors.New("it is a copy of another")
	}
	return f.KeptBatch, nil
}
