//! The real Ray: clusters on loopback that start from rendered commands.
//!
//! Needs `ray` and its Python (`pip install ray==2.60.0`) on PATH.

mod nodes;
mod static_cluster;
