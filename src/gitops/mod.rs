//! Renders a fleet of clusters into a tree of files for Git (the rendered manifests pattern), and checks that tree.
//!
//! ```text
//! values/sandbox/                       golden/sandbox/
//!   ray.yaml          (defaults)          prod/.mkmanifests.sha256      checksums of the files
//!   prod/cluster.yaml                     prod/namespaces/, prod/crds/  applied first, never pruned
//!   prod/ray.yaml              ->         prod/ray/deployment-prod-ray-head.yaml, ...
//!   prod/vault.chart.yaml                 prod/vault/statefulset-vault.yaml, ...
//! ```
//!
//! A folder with a `cluster.yaml` is a **cluster**. A file in it is an **app**: `<component>.yaml` or
//! `<component>/<instance>.yaml` of a built-in component, `<name>.chart.yaml` of a Helm chart, `<name>.template.yaml` of a
//! folder of templates. A file of the same name in a folder above gives defaults for all clusters below it.
//!
//! [`write()`] renders a fleet into a folder, and [`check()`] reports how the folder differs from what it would write. Both
//! render all clusters first, and return all errors of the fleet at once.
//!
//! ```no_run
//! use mkmanifests::gitops::{self, Fleet, Options};
//! let fleet = Fleet::read("values/sandbox".as_ref())?;
//! let report = gitops::check(&fleet, "golden/sandbox".as_ref(), &Options::default())?;
//! assert!(report.is_clean(), "{report}");
//! # Ok::<(), mkmanifests::diagnostic::Failure>(())
//! ```

mod affected;
mod app;
mod apply_size;
mod argocd;
mod cache;
mod changed;
mod charts;
mod claims;
mod code;
mod collect;
mod collisions;
mod diff;
mod fetch;
mod fleet;
mod flux;
mod keep;
mod kustomize;
mod layout;
mod namespaces;
mod object;
mod objects;
mod options;
mod progress;
mod report;
mod run;
mod scope;
mod secrets;
mod select;
mod text;
mod tree;
mod unit;

pub use app::chart_schema_text;
pub use charts::{ChartReference, LOCK, Lock, LockedChart};
pub use code::{FleetCode, GitopsCode};
pub use fetch::{FetchChange, FetchOptions, FetchReport, Update, VENDOR, check as check_charts, fetch as fetch_charts};
pub use fleet::{ClusterValues, Fleet, SecretStore, SecretStoreKind, cluster_schema_text};
pub use options::{GitSource, Layout, Options, Secrets};
pub use report::{Change, ChangeKind, Report};
pub use run::{check, write};
pub use scope::Scope;
pub use select::{Selection, Shard};
