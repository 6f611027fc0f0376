//! Fetches Helm charts and their dependencies from HTTP repositories and OCI registries.
//!
//! A [`Fetcher`] resolves a [`Request`] to one version of a chart and downloads its archive into the cache. Settings,
//! credentials and files are Helm's: [`Settings`] finds them.

pub mod cache;
pub mod dependency;
mod error;
mod fetcher;
pub mod http;
pub mod oci;
pub mod repository;
mod settings;

pub use error::Error;
pub use fetcher::{Fetched, Fetcher, Location, Options, Request, Resolved};
pub use settings::Settings;
