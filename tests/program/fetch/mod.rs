//! `fetch`: what it downloads and locks, and how `gitops` renders the charts afterwards.

mod download;
mod render;
mod renovate;
mod server;
mod support;
mod vendor;
