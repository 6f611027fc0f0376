//! Tests fetching against servers on loopback, well-behaved and hostile ones.
