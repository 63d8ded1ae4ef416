//go:build !unix

package store

const openWithoutWaiting, noFollow = 0, 0 // what is there is looked at before it is opened
