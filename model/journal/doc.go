// Package journal keeps runs on disk: an append-only file of JSON lines for each,
// readable by its owner alone. What happened to a run, and what is about to be done
// for it, is written and synced before anything follows from it: no intent on disk,
// no effect performed. A record holds the run as it was decided, and reading takes it
// as it is; a journal of version 1 holds events alone, and package v1 decides them
// as that version did.
//
// It is the one package of the model that touches files.
package journal
