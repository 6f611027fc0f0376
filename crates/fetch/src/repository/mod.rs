//! Chart repositories: `repositories.yaml` and `index.yaml`.
//!
//! [`Repositories`] is the list that `helm repo add` keeps. [`Index`] is what a repository offers; [`download_index`] gets
//! it. Both are read and written as Helm does, so that Helm and this program can share the files.

mod download;
mod error;
mod file;
mod index;
mod shape;
mod urls;

pub use download::{cache_file, charts_file, download_index, index_url, parse_downloaded, save_index};
pub use error::RepositoryError;
pub(crate) use error::chart_text;
pub use file::{Entry, FileLock, Repositories};
pub use index::{ChartVersion, Index};
pub use urls::{file_name, resolve_reference_url, urls_equal};
