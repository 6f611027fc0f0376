//! Fetches Helm charts and their dependencies from HTTP repositories and OCI registries.
//!
//! A [`Fetcher`] resolves a [`Request`] to one version of a chart and downloads its archive into the cache. Settings,
//! credentials and files are Helm's: [`Settings`] finds them.

mod atomic;
pub mod cache;
mod code;
pub mod dependency;
mod error;
mod fetcher;
pub mod http;
pub mod index_folder;
pub mod oci;
pub mod provenance;
mod pull;
pub mod repositories;
pub mod repository;
pub mod search;
mod settings;
mod threads;
mod warning;

pub(crate) use atomic::{replace_file, write_file};
pub use code::FetchCode;
pub use error::Error;
pub use fetcher::{Fetched, Fetcher, Location, Options, Request, Resolved, connection_for};
pub use pull::{Destination, save, unpack};
pub use repository::RepositoryError;
pub use settings::Settings;
pub use warning::Warning;
