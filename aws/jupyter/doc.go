// Package jupyter talks to the Jupyter server of one notebook instance as a
// browser's session does: through the URL that AWS presigns, with cookies.
//
// What a caller needs:
//
//   - [New] takes how a URL is had, and [Client.Up] waits until Jupyter serves.
//     Nobody has to sign in: every call does so when there is no session, and
//     again when an answer says that the session is over.
//   - Files: [Client.Put] (to 16 MiB), [Client.Get], [Client.Download] (a range,
//     resumed), [Client.Stat], [Client.List], [Client.Mkdir], [Client.Delete].
//   - Work inside the notebook: [Client.Start] runs a script that outlives every
//     connection, [Client.Follow] waits for its end by a status file, also after
//     a restart of this program, and [Client.Clear] leaves nothing behind.
//     [Client.Shell] is for a short question whose answer fits a screen.
//   - Fast ways to write many files: [WayIn], made by [Client.ContentsIn] and
//     [Client.KernelIn] and measured by [Client.Measure].
//
// Paths are relative to the folder that Jupyter serves, with slashes.
//
// Every error is an [*Error] except those of [Options.Presign], which are passed
// on. None holds a URL, a cookie or a token: see secrets.go.
package jupyter
