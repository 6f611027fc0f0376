// Reads YAML with go-yaml: to nodes (yaml.v3), to values (yaml.v2), and to JSON as Helm does (sigs.k8s.io/yaml). Prints the CPU
// time of the best run of each, in ms, with the garbage collector.
package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"strconv"
	"syscall"

	v2 "gopkg.in/yaml.v2"
	v3 "gopkg.in/yaml.v3"
	sigs "sigs.k8s.io/yaml"
)

func now() float64 {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err)
	}
	return float64(usage.Utime.Nano()+usage.Stime.Nano()) / 1e6
}

func best(runs int, read func()) float64 {
	least := 1e9
	for run := 0; run < runs; run++ {
		began := now()
		read()
		least = min(least, now()-began)
	}
	return least
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func main() {
	runs, err := strconv.Atoi(os.Args[1])
	check(err)
	text, err := os.ReadFile(os.Args[2])
	check(err)
	documents := bytes.Split(text, []byte("\n---"))
	fmt.Printf("v3-nodes %.2f\n", best(runs, func() {
		decoder := v3.NewDecoder(bytes.NewReader(text))
		for {
			var node v3.Node
			if err := decoder.Decode(&node); err == io.EOF {
				break
			} else {
				check(err)
			}
		}
	}))
	fmt.Printf("v2-values %.2f\n", best(runs, func() {
		for _, document := range documents {
			var value interface{}
			check(v2.Unmarshal(document, &value))
		}
	}))
	fmt.Printf("sigs-json %.2f\n", best(runs, func() {
		for _, document := range documents {
			_, err := sigs.YAMLToJSON(document)
			check(err)
		}
	}))
}
