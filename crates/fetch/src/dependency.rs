//! Fetches the dependencies of a chart into its `charts/`: `helm dependency update` and `build`.
