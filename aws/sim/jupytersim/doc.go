// Package jupytersim is a simulated Jupyter server with a front as AWS puts before
// one: a folder as home, contents, files with ranges, real terminals on a pty, and
// kernels enough to write files through. The rules are those that were observed of
// notebook 6.4 and jupyter_server 1.23; a real server can stand in for it.
//
// It shares nothing with the client that is tested against it.
package jupytersim
