//! Renders the autoscaler's command line.

use super::context::Context;
use super::text;
use super::values::Scalar;
use crate::tree::Written;

/// Renders the command in the order of the chart: program, cloud provider, node groups, additional flags.
pub(super) fn command(context: &Context<'_>) -> Vec<String> {
    let mut command = Command { context, words: vec!["./cluster-autoscaler".to_owned()] };
    command.push("--cloud-provider=", context.provider(), &["cloudProvider"]);
    command.namespace();
    command.groups();
    command.provider();
    command.extra_args();
    for (index, arg) in context.values.custom_args.iter() {
        command.push("", &arg.print(), &["customArgs", index]);
    }
    command.words
}

struct Command<'c, 'a> {
    context: &'c Context<'a>,
    words: Vec<String>,
}

impl Command<'_, '_> {
    /// Adds a word. `prefix` is not the user's.
    fn push(&mut self, prefix: &str, text: &str, path: &[&str]) {
        let word = self.context.accept(path, text::item(prefix, text));
        self.words.extend(word.flatten());
    }

    fn scalar(&mut self, prefix: &str, key: &str, value: &Scalar) {
        self.push(prefix, &value.print(), &[key]);
    }

    fn template(&mut self, prefix: &str, path: &[&str], text: &str) {
        let text = self.context.template(path, text);
        self.push(prefix, &text, path);
    }

    fn namespace(&mut self) {
        let values = self.context.values;
        if self.context.provider() == "clusterapi" && self.mode() == "kubeconfig-incluster" {
            let namespace = &values.cluster_api_config_maps_namespace;
            let namespace = if namespace.is_truthy() { namespace.print() } else { "kube-system".into() };
            return self.push("--namespace=", &namespace, &["clusterAPIConfigMapsNamespace"]);
        }
        let namespace = self.context.release.namespace.clone();
        self.push("--namespace=", &namespace, &[]);
    }

    fn mode(&self) -> &str {
        self.context.values.cluster_api_mode.as_deref().unwrap_or_default()
    }

    /// Adds node groups by name: `MIN:MAX:NAME`. For Hetzner, type and region of the machines precede the name.
    fn groups(&mut self) {
        for (index, group) in self.context.values.autoscaling_groups.iter() {
            let (min, max, name) = (group.min_size.print(), group.max_size.print(), group.name.print());
            let text = if self.context.provider() == "hetzner" {
                format!("{min}:{max}:{}:{}:{name}", group.instance_type.print(), group.region.print())
            } else {
                format!("{min}:{max}:{name}")
            };
            self.push("--nodes=", &text, &["autoscalingGroups", index]);
        }
    }

    fn provider(&mut self) {
        let values = self.context.values;
        match self.context.provider() {
            "rancher" | "vultr" => self.cloud_config(),
            "aws" => {
                if self.cluster_name_is_given() {
                    let tags = values.auto_discovery.tags.joined();
                    self.template("--node-group-auto-discovery=asg:tag=", &["autoDiscovery", "tags"], &tags);
                }
                self.cloud_config();
            }
            "gce" => self.name_prefixes(),
            "magnum" => self.magnum(),
            "clusterapi" => self.cluster_api(),
            "azure" if self.cluster_name_is_given() => {
                let prefix =
                    "--node-group-auto-discovery=label:cluster-autoscaler-enabled=true,cluster-autoscaler-name=";
                self.cluster_name(prefix);
            }
            _ => {}
        }
    }

    fn cloud_config(&mut self) {
        let path = &self.context.values.cloud_config_path;
        if path.is_truthy() {
            self.scalar("--cloud-config=", "cloudConfigPath", path);
        }
    }

    fn cluster_name_is_given(&self) -> bool {
        self.context.values.auto_discovery.cluster_name.as_ref().is_some_and(Scalar::is_truthy)
    }

    /// Adds the cluster's name, which is a template and must be a string.
    fn cluster_name(&mut self, prefix: &str) {
        let path = &["autoDiscovery", "clusterName"];
        match &self.context.values.auto_discovery.cluster_name {
            Some(Scalar::Text(name)) => self.template(prefix, path, name),
            Some(other) => self.require_string(path, other),
            None => {}
        }
    }

    /// Reports that the value at `path` is not a string. The chart passes it to `tpl`, which fails for a number.
    fn require_string(&self, path: &[&str], value: &Scalar) {
        let Some(node) = self.context.root.find(path.iter().copied()) else { return };
        let written = Written::new(self.context.sources);
        let message = format!("expected a string, found {}", written.describe(node));
        let text = written.differs(node).map_or_else(|| value.print().into_owned(), str::to_owned);
        let help = written.quote_help(node.location, Some(&text));
        self.context.diagnostics.borrow_mut().error_with_help(path, message, help);
    }

    fn name_prefixes(&mut self) {
        for (index, prefix) in self.context.values.autoscaling_groups_name_prefix.iter() {
            let path = &["autoscalingGroupsnamePrefix", index];
            let Some(name) = &prefix.name else {
                self.context.diagnostics.borrow_mut().error(path, "required field `name` is missing");
                continue;
            };
            let name = self.context.template(&[path[0], index, "name"], name);
            let text = format!("{name},min={},max={}", prefix.min_size.print(), prefix.max_size.print());
            self.push("--node-group-auto-discovery=mig:namePrefix=", &text, path);
        }
    }

    fn magnum(&mut self) {
        let values = self.context.values;
        if self.cluster_name_is_given() {
            self.cluster_name("--cluster-name=");
            let roles = values.auto_discovery.roles.joined();
            self.template("--node-group-auto-discovery=magnum:role=", &["autoDiscovery", "roles"], &roles);
        } else {
            let name = values.magnum_cluster_name.as_deref().unwrap_or_default();
            self.template("--cluster-name=", &["magnumClusterName"], name);
        }
        self.scalar("--cloud-config=", "cloudConfigPath", &values.cloud_config_path);
    }

    fn cluster_api(&mut self) {
        self.cluster_api_discovery();
        let values = self.context.values;
        let mode = self.mode().to_owned();
        let kubeconfig = values.cluster_api_workload_kubeconfig_path.as_deref().unwrap_or_default();
        if matches!(mode.as_str(), "kubeconfig-incluster" | "kubeconfig-kubeconfig" | "single-kubeconfig") {
            self.push("--kubeconfig=", kubeconfig, &["clusterAPIWorkloadKubeconfigPath"]);
        }
        match mode.as_str() {
            "kubeconfig-incluster" => self.words.push("--clusterapi-cloud-config-authoritative".to_owned()),
            "incluster-kubeconfig" | "kubeconfig-kubeconfig" => {
                let path = &values.cluster_api_cloud_config_path;
                self.scalar("--cloud-config=", "clusterAPICloudConfigPath", path);
            }
            _ => {}
        }
    }

    /// Adds the cluster, the namespace and the labels of the node groups, as far as they are set.
    fn cluster_api_discovery(&mut self) {
        let discovery = &self.context.values.auto_discovery;
        let mut parts = Vec::new();
        if self.cluster_name_is_given() {
            let path = &["autoDiscovery", "clusterName"];
            match &discovery.cluster_name {
                Some(Scalar::Text(name)) => parts.push(format!("clusterName={}", self.context.template(path, name))),
                Some(other) => self.require_string(path, other),
                None => {}
            }
        }
        if let Some(namespace) = discovery.namespace.as_ref().filter(|namespace| namespace.is_truthy()) {
            parts.push(format!("namespace={}", namespace.print()));
        }
        if !discovery.labels.is_empty() {
            let label = |(key, value): (&String, &Scalar)| format!("{key}={}", value.print());
            let labels = discovery.labels.iter().map(|labels| labels.iter().map(label).collect::<String>());
            parts.push(labels.collect::<Vec<_>>().join(","));
        }
        if !parts.is_empty() {
            self.push("--node-group-auto-discovery=clusterapi:", &parts.join(","), &["autoDiscovery"]);
        }
    }

    /// Adds the flags of `extraArgs`. The part of a key after `_` only makes it unique.
    fn extra_args(&mut self) {
        for (key, value) in &self.context.values.extra_args {
            let name = key.split('_').next().unwrap_or_default();
            let path = &["extraArgs", key.as_str()];
            match value {
                Some(value) => self.push(&format!("--{name}="), &value.print(), path),
                None => self.push(&format!("--{name}"), "", path),
            }
        }
    }
}
