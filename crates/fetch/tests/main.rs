//! Tests fetching against servers on loopback, well-behaved and hostile ones.

mod dependency;
mod fetcher;
mod hostile;
mod index;
mod network;
mod oci;
mod provenance;
mod repositories;
mod settings;
mod support;
