//! The real Ray: clusters on loopback that start from rendered commands, and Ray's own code that reads rendered objects.
//!
//! Needs `ray` and its Python (`pip install ray==2.60.0`) on PATH.

mod chart;
mod nodes;
mod operator;
mod operator_cluster;
mod schemas;
mod static_cluster;
