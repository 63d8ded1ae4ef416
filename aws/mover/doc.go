// Package mover moves the files of one run from a notebook to its replacement and
// proves that they arrived. It knows Jupyter's sessions and the script of package
// transfer, and nothing of AWS or of how a run goes on.
//
// A Job is all of it:
//
//   - Job.Look says what a copy would meet, the source's half before there is a
//     replacement.
//   - Job.Copy streams everything, through this machine or a bucket, into a folder beside
//     the replacement's tree, compares that with a manifest of the source until nothing is
//     missing, and puts it into place, never over what is there. Called again it brings
//     what changed since.
//   - Job.Prove has both notebooks make new manifests and compares them here.
//   - Job.Clean leaves nothing behind in either notebook, nor in a bucket; Job.Stop does so
//     in the middle.
//
// A context that ends detaches: what runs in the notebooks goes on, or waits for parts,
// until nobody has written the heartbeat for three days. Copy and Verify take it up
// again, in any process that is given a Job with the same Run and Folder.
//
// Every error is an *Error, for errors.Is of the kinds below. None holds a secret.
package mover
