//! Renders Kubernetes manifests from typed values, Helm charts and templates: the library behind the `mkmanifests` command.
//!
//! # Data flow
//!
//! ```text
//! defaults, files, flags      bytes
//!         |  values::Layers       read as Helm reads them (tree::read); later layers override earlier ones
//!         v
//!      Values                 a tree of Nodes, each with its Location in a source text
//!         |  Component::build     either: into structs that reject unknown fields, then into typed objects
//!         |  template::render     or: through the user's own minijinja templates
//!         |  chart::template      or: through a Helm chart, into the texts that Helm prints (HelmOutput)
//!         v
//!      objects                each with its origin: part of a component, line of a template, path of a value
//!         |  pipeline::finish     applies patches, then validates the patched objects for the Kubernetes version
//!         v
//!     Rendered                Manifests in apply order, and warnings
//!         |  Manifests::write_yaml, write_json
//!         v
//!       bytes                 YAML that kubectl reads back as the same values
//! ```
//!
//! [`Component::render`](components::Component::render), [`template::render`] and [`chart::template`] run everything from
//! values to rendered objects; all of them call the same [`pipeline`].
//!
//! Each step returns *all* of its errors at once, as a [`Failure`](diagnostic::Failure). Rendering is a pure function: the
//! same values and release give the same bytes.
//!
//! # Terms
//!
//! - A [`Component`](components::Component) is a built-in source with typed values: [`ray`](components::ray),
//!   [`kuberay`](components::kuberay), [`irsa`](components::irsa), [`autoscaler`](components::autoscaler),
//!   [`vault_config`](components::vault_config).
//!   The other sources are [`template`], a folder of the user's own templates, and [`chart`], a Helm chart.
//! - A [`Release`](release::Release) is one instance of a source, in Helm's sense: its name, namespace and cluster.
//! - [`Values`](values::Values) are the settings of a release; [`Layers`](values::Layers) lay files and flags over the
//!   defaults.
//! - A [`Manifest`](manifest::Manifest) is one Kubernetes object and the id of the part that it comes from
//!   (`head-deployment`); [`Manifests`](manifest::Manifests) are the objects of one release, in apply order.
//! - A [`Fleet`](gitops::Fleet) is a folder tree of values. A folder with `cluster.yaml` is a cluster, and each file in it is
//!   an app: one release. [`gitops`] writes the rendered tree, or reports how it differs.
//! - A [`Document`](components::Document) is a text that a component renders in addition to objects, such as a trust policy.
//! - A [`Node`](tree::Node) is a value in the [`tree`] that all formats are read into and written from.
//! - A [`Diagnostic`](diagnostic::Diagnostic) is one error or warning: its code, message,
//!   [`Location`](diagnostic::Location) and help. [`check`] has the validation rules; [`check::all`] validates any objects.
//! - [`Patches`](patch::Patches) change objects; the [`pipeline`] applies them before it validates.
//!
//! # Example
//!
//! Render what `mkmanifests ray --cluster foo -f prod.yaml --set workerReplicaCount=10` prints:
//!
//! ```
//! use mkmanifests::components;
//! use mkmanifests::release::Release;
//! use mkmanifests::values::{Flag, Layers};
//!
//! let ray = components::find("ray").ok_or("unknown component")?;
//! let mut layers = Layers::over(ray.defaults());
//! layers.file("prod.yaml", b"rayImage: registry.example.com/ray:2.60.0\n");
//! layers.set(Flag::Set, "workerReplicaCount=10", |path| Err(format!("cannot read {path}")));
//! let values = layers.merge()?;
//!
//! let rendered = ray.render(&values, &Release::new("foo", "ray"))?;
//! let mut yaml = Vec::new();
//! rendered.manifests.write_yaml(&mut yaml)?;
//! let yaml = String::from_utf8(yaml)?;
//! assert!(yaml.starts_with("---\n# Source: ray/service-account\napiVersion: v1\nkind: ServiceAccount\n"));
//! assert!(yaml.contains("\n  replicas: 10\n"));
//! assert!(yaml.contains("        image: registry.example.com/ray:2.60.0\n"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! All errors are returned at once:
//!
//! ```
//! # use mkmanifests::{components, release::Release, values::{Flag, Layers}};
//! # let ray = components::find("ray").ok_or("unknown component")?;
//! let mut layers = Layers::over(ray.defaults());
//! layers.file("prod.yaml", b"workerReplicas: 10\nrayImage: [1]\n");
//! let failure = ray.render(&layers.merge()?, &Release::new("foo", "ray")).unwrap_err();
//! let messages: Vec<String> = failure.diagnostics.iter().map(|diagnostic| diagnostic.message()).collect();
//! assert!(messages.contains(&"unknown key `workerReplicas`".to_owned()));
//! assert!(messages.contains(&"`rayImage`: expected a string, found a list".to_owned()));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod cli;
pub mod components;
pub mod gitops;
pub mod schemas;
pub mod suites;
pub mod template;

pub use mkmanifests_chart::{self as chart, release, values};
pub use mkmanifests_check::{self as check, arn, kube_version, manifest, patch, pipeline};
pub use mkmanifests_fetch as fetch;
pub use mkmanifests_go as go;
pub use mkmanifests_gotmpl as gotmpl;
pub use mkmanifests_json_schema as json_schema;
pub use mkmanifests_kuberay as kuberay;
pub use mkmanifests_unittest as unittest;
pub use mkmanifests_yaml::{codes, diagnostic, files, tree};
