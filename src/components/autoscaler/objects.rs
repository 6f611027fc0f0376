//! Renders the objects of a release from typed values.

use super::context::Context;
use super::{config, deployment, monitor, rbac, service};
use crate::components::Built;
use crate::tree::SerializeError;

/// Renders all objects.
pub(super) fn objects(context: &Context<'_>) -> Result<Vec<Built>, SerializeError> {
    let mut list = Vec::with_capacity(12);
    let versions = super::versions::Versions::of(context);
    if let Some(budget) =
        context.values.pod_disruption_budget.as_ref().filter(|_| context.is_set(&["podDisruptionBudget"]))
    {
        let budget = Built::of("pod-disruption-budget", service::disruption_budget(context, budget))?;
        list.push(budget.with_version(versions.disruption_budget));
    }
    access(context, &mut list)?;
    configuration(context, &mut list)?;
    if context.values.service.create {
        list.push(Built::of("service", service::service(context))?);
    }
    let deployment = Built::of("deployment", deployment::deployment(context))?;
    list.push(deployment.with_version(versions.deployment));
    operators(context, versions.deployment, &mut list)?;
    list.extend(config::extra_objects(context));
    Ok(list)
}

fn access(context: &Context<'_>, list: &mut Vec<Built>) -> Result<(), SerializeError> {
    let rbac = &context.values.rbac;
    if !rbac.create {
        return Ok(());
    }
    if rbac.service_account.create {
        list.push(Built::of("service-account", rbac::service_account(context))?);
    }
    if rbac.cluster_scoped {
        list.push(Built::of("cluster-role", rbac::cluster_role(context))?);
        list.push(Built::of("cluster-role-binding", rbac::cluster_role_binding(context))?);
    }
    list.push(Built::of("role", rbac::role(context))?);
    list.push(Built::of("role-binding", rbac::role_binding(context))?);
    Ok(())
}

fn configuration(context: &Context<'_>, list: &mut Vec<Built>) -> Result<(), SerializeError> {
    if let Some(secret) = config::secret(context) {
        list.push(Built::of("secret", secret)?);
    }
    if context.provider() == "kwok" {
        for (id, object) in config::kwok(context) {
            list.push(Built::of(id, object)?);
        }
    }
    if let Some(priorities) = config::priorities(context) {
        list.push(Built::of("priorities", priorities)?);
    }
    Ok(())
}

fn operators(
    context: &Context<'_>,
    deployment_version: &'static str,
    list: &mut Vec<Built>,
) -> Result<(), SerializeError> {
    let values = context.values;
    if values.service_monitor.enabled {
        list.push(Built::custom("service-monitor", &monitor::service_monitor(context))?);
    }
    if values.prometheus_rule.enabled {
        list.push(Built::custom("prometheus-rule", &monitor::prometheus_rule(context))?);
    }
    if values.vpa.enabled {
        let object = monitor::vertical_pod_autoscaler(context, deployment_version);
        list.push(Built::custom("vertical-pod-autoscaler", &object)?);
    }
    Ok(())
}
