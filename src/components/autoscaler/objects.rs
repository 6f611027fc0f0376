//! The objects of a release, from typed values that the rules have passed.

use super::context::Context;
use super::{config, deployment, monitor, rbac, service};
use crate::components::object_of;
use crate::manifest::Manifest;
use crate::tree::{Node, SerializeError};

/// All objects that the values ask for.
pub(super) fn objects(context: &Context<'_>) -> Result<Vec<Manifest>, SerializeError> {
    let mut list = Vec::with_capacity(12);
    let versions = super::versions::Versions::of(context);
    if let Some(budget) =
        context.values.pod_disruption_budget.as_ref().filter(|_| context.is_given(&["podDisruptionBudget"]))
    {
        let budget = object_of("pod-disruption-budget", &service::disruption_budget(context, budget))?;
        list.push(with_version(budget, versions.disruption_budget));
    }
    access(context, &mut list)?;
    configuration(context, &mut list)?;
    if context.values.service.create {
        list.push(object_of("service", &service::service(context))?);
    }
    let deployment = object_of("deployment", &deployment::deployment(context))?;
    list.push(with_version(deployment, versions.deployment));
    operators(context, versions.deployment, &mut list)?;
    list.extend(config::extra_objects(context));
    Ok(list)
}

fn access(context: &Context<'_>, list: &mut Vec<Manifest>) -> Result<(), SerializeError> {
    let rbac = &context.values.rbac;
    if !rbac.create {
        return Ok(());
    }
    if rbac.service_account.create {
        list.push(object_of("service-account", &rbac::service_account(context))?);
    }
    if rbac.cluster_scoped {
        list.push(object_of("cluster-role", &rbac::cluster_role(context))?);
        list.push(object_of("cluster-role-binding", &rbac::cluster_role_binding(context))?);
    }
    list.push(object_of("role", &rbac::role(context))?);
    list.push(object_of("role-binding", &rbac::role_binding(context))?);
    Ok(())
}

fn configuration(context: &Context<'_>, list: &mut Vec<Manifest>) -> Result<(), SerializeError> {
    if let Some(secret) = config::secret(context) {
        list.push(object_of("secret", &secret)?);
    }
    if context.provider() == "kwok" {
        for (id, object) in config::kwok(context) {
            list.push(object_of(id, &object)?);
        }
    }
    if let Some(priorities) = config::priorities(context) {
        list.push(object_of("priorities", &priorities)?);
    }
    Ok(())
}

fn operators(
    context: &Context<'_>,
    deployment_version: &'static str,
    list: &mut Vec<Manifest>,
) -> Result<(), SerializeError> {
    let values = context.values;
    if values.service_monitor.enabled {
        list.push(Manifest::of("service-monitor", &monitor::service_monitor(context))?);
    }
    if values.prometheus_rule.enabled {
        list.push(Manifest::of("prometheus-rule", &monitor::prometheus_rule(context))?);
    }
    if values.vpa.enabled {
        let object = monitor::vertical_pod_autoscaler(context, deployment_version);
        list.push(Manifest::of("vertical-pod-autoscaler", &object)?);
    }
    Ok(())
}

/// The same object under another version of its API group: its fields are the same.
fn with_version(mut manifest: Manifest, version: &str) -> Manifest {
    if let Some(map) = manifest.node.as_map_mut() {
        map.set("apiVersion", Node::from(version));
    }
    manifest
}
