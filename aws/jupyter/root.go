package jupyter

import (
	"context"
	"strings"
)

// Root is the path, inside the notebook, of the folder that Jupyter serves, asked of a
// terminal, which may begin elsewhere. seen is a file or folder below it whose name
// nothing else has.
func (c *Client) Root(ctx context.Context, seen string) (string, error) {
	const op = "find the folder that Jupyter serves"
	if err := checkWork(op, seen); err != nil {
		return "", err
	}
	out, code, err := c.Shell(ctx, findRoot+`pwd -P`, seen)
	if err == nil {
		err = rootError(op, seen, code)
	}
	path := strings.TrimSuffix(out, "\n")
	if err == nil && !strings.HasPrefix(path, "/") {
		err = tell(op, seen, ErrFailed, "it is no path")
	}
	return path, err
}

// EndKernels ends every kernel session of a folder of nbscope's, whoever started it:
// a client that was killed leaves its own behind.
func (c *Client) EndKernels(ctx context.Context, dir string) error {
	if err := checkWork("end the kernels", dir); err != nil {
		return err
	}
	return c.endSessions(ctx, dir)
}
