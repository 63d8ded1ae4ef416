// Package journal keeps runs on disk: an append-only file of JSON lines for each,
// readable by its owner alone. What happened to a run, and what is about to be done
// for it, is written and synced before anything follows from it: no intent on disk,
// no effect performed. A run is read back by replaying its events.
//
// It is the one package of the model that touches files.
package journal
