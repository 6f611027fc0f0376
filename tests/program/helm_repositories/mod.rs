//! `helm dependency`, `helm repo` and `helm search repo` beside the real helm: both run the same commands in twin folders,
//! against the same server on loopback. Output, exit codes and files have to be equal.

mod dependency;
mod hostile;
mod list;
mod lock;
mod registry;
mod repo;
mod server;
mod twin;
