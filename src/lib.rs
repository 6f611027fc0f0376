//! Typed values in, plain Kubernetes YAML out: the library behind the `mkmanifests` command.
//!
//! # Data flow
//!
//! ```text
//! defaults, files, flags      bytes
//!         |  values::Layers       read as Helm reads them (tree::read), laid over one another
//!         v
//!      Values                 a tree of Nodes, each of which knows its Location
//!         |  Component::build     into structs that deny unknown keys, past the rules, into objects as types
//!         |  template::render     or: through a user's own minijinja templates
//!         |  chart::template      or: through a Helm chart, from values without types, into Helm's texts (HelmOutput)
//!         v
//!      objects                each with its origin: a part, a template and its line, a path of the values
//!         |  pipeline::finish     patches, then validation of each object as patched, for the cluster's Kubernetes
//!         v
//!     Rendered                Manifests in apply order, and warnings
//!         |  Manifests::write_yaml, write_json
//!         v
//!       bytes                 that kubectl reads as they were meant
//! ```
//!
//! [`Component::render`](components::Component::render), [`template::render`] and [`chart::template`] are all of it from values
//! to what is rendered; each calls the one [`pipeline`].
//!
//! Every step gives a [`Failure`](diagnostic::Failure) with *all* that is wrong, or goes on. Rendering is a pure function:
//! the same values and release give the same bytes.
//!
//! # Words
//!
//! - A [`Component`](components::Component) is a built-in source of objects with typed values: [`ray`](components::ray),
//!   [`irsa`](components::irsa), [`autoscaler`](components::autoscaler), [`vault_config`](components::vault_config).
//!   The other sources are [`template`], a folder of the user's own templates, and [`chart`], a Helm chart.
//! - A [`Release`](release::Release) is one instance of a source, in Helm's sense: its name, namespace and cluster.
//! - [`Values`](values::Values) are what the user decides; [`Layers`](values::Layers) put them over the defaults.
//! - A [`Manifest`](manifest::Manifest) is one Kubernetes object with the id of the part that made it
//!   (`head-deployment`); [`Manifests`](manifest::Manifests) are those of one rendering, in the order to apply them.
//! - A [`Fleet`](gitops::Fleet) is a folder tree of values: a folder with `cluster.yaml` is a cluster, a file in it an app, which
//!   is one release. [`gitops`] writes it as a tree of files, or tells how the tree differs.
//! - A [`Document`](components::Document) is a text that a component makes beside objects, such as a trust policy.
//! - A [`Node`](tree::Node) is a value of the one [`tree`] between bytes and types.
//! - A [`Diagnostic`](diagnostic::Diagnostic) is one thing that is wrong, with its [`Location`](diagnostic::Location) and what would be right.
//!   The rules behind diagnostics are in [`check`]; [`check::all`] holds any objects to them.
//! - [`Patches`](patch::Patches) change objects; the [`pipeline`] applies them before it validates the objects.
//!
//! # Example
//!
//! What `mkmanifests ray --cluster foo -f prod.yaml --set workerReplicaCount=10` does:
//!
//! ```
//! use mkmanifests::components;
//! use mkmanifests::release::Release;
//! use mkmanifests::values::{Flag, Layers};
//!
//! let ray = components::find("ray").ok_or("there is no such component")?;
//! let mut layers = Layers::over(ray.defaults());
//! layers.file("prod.yaml", b"rayImage: registry.example.com/ray:2.60.0\n");
//! layers.set(Flag::Set, "workerReplicaCount=10", |path| Err(format!("no file {path} here")));
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
//! and what comes back if something is wrong:
//!
//! ```
//! # use mkmanifests::{components, release::Release, values::{Flag, Layers}};
//! # let ray = components::find("ray").ok_or("there is no such component")?;
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
pub mod template;

pub use mkmanifests_chart::{self as chart, release, values};
pub use mkmanifests_check::{self as check, arn, kube_version, manifest, patch, pipeline};
pub use mkmanifests_go as go;
pub use mkmanifests_gotmpl as gotmpl;
pub use mkmanifests_json_schema as json_schema;
pub use mkmanifests_yaml::{codes, diagnostic, files, tree};
