package main

func benchmarks(_ string, _ bool) ([]row, error) { return nil, nil }
