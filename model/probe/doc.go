// Package probe decides what is tried from inside a notebook, reads what came of it,
// and holds that against what was judged from the outside. The script that tries runs
// in the notebook (probe.py); whoever runs it talks to Jupyter.
//
// A try goes as far as TLS, over either version of IP. What a policy says after that
// is not tried: it would need a call in the name of the notebook's role.
package probe
