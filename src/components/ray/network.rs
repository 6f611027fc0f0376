//! Network policies: between the head and the workers, from clients, and from monitoring.

use k8s_openapi::api::networking::v1::{
    NetworkPolicy, NetworkPolicyIngressRule, NetworkPolicyPeer, NetworkPolicyPort, NetworkPolicySpec,
};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::LabelSelector;
use k8s_openapi::apimachinery::pkg::util::intstr::IntOrString;

use super::cluster::{Cluster, Pods};

/// Traffic that policies allow in addition to that of the values.
#[derive(Debug, Default)]
pub(in crate::components) struct Access {
    /// Peers that may reach the head's dashboard and its `client_ports`.
    pub dashboard: Vec<NetworkPolicyPeer>,
    /// Ports of every node that clients may reach besides the head's client port and dashboard.
    pub client_ports: Vec<u16>,
}

/// Returns the policies by id. Policies add up: traffic is allowed if any of them allows it.
pub(super) fn network_policies(cluster: &Cluster<'_>, access: &Access) -> Vec<(&'static str, NetworkPolicy)> {
    let values = cluster.values;
    let all = || cluster.select(Pods::All);
    let each_other = NetworkPolicyPeer { pod_selector: Some(all()), ..NetworkPolicyPeer::default() };
    let mut list = vec![("network-policy", policy(cluster, "ray", all(), vec![each_other], &[]))];
    if !values.network_policy.clients.is_empty() {
        let ports: Vec<u16> = [values.ports.client, values.ports.dashboard].into_iter().flatten().collect();
        let clients = values.network_policy.clients.clone();
        let head = cluster.select(Pods::Head);
        list.push(("network-policy-clients", policy(cluster, "ray-clients", head, clients.clone(), &ports)));
        if !access.client_ports.is_empty() {
            let policy = policy(cluster, "ray-serve", all(), clients, &access.client_ports);
            list.push(("network-policy-serve", policy));
        }
    }
    if let (Some(port), false) = (values.ports.dashboard, access.dashboard.is_empty()) {
        let (head, peers) = (cluster.select(Pods::Head), access.dashboard.clone());
        let ports = [&[port], &access.client_ports[..]].concat();
        list.push(("network-policy-operator", policy(cluster, "ray-operator", head, peers, &ports)));
    }
    if let (true, Some(port), false) =
        (values.metrics.enabled, values.metrics.port, values.network_policy.monitoring.is_empty())
    {
        let monitoring = values.network_policy.monitoring.clone();
        list.push(("network-policy-monitoring", policy(cluster, "ray-monitoring", all(), monitoring, &[port])));
    }
    list
}

fn policy(
    cluster: &Cluster<'_>,
    suffix: &str,
    pods: LabelSelector,
    from: Vec<NetworkPolicyPeer>,
    ports: &[u16],
) -> NetworkPolicy {
    let ports: Vec<NetworkPolicyPort> = ports.iter().map(|port| tcp(*port)).collect();
    NetworkPolicy {
        metadata: cluster.metadata(format!("{}-{suffix}", cluster.name), "network-policy"),
        spec: Some(NetworkPolicySpec {
            pod_selector: Some(pods),
            policy_types: Some(vec!["Ingress".to_owned()]),
            ingress: Some(vec![NetworkPolicyIngressRule {
                from: Some(from),
                ports: Some(ports).filter(|ports| !ports.is_empty()),
            }]),
            ..NetworkPolicySpec::default()
        }),
    }
}

fn tcp(port: u16) -> NetworkPolicyPort {
    NetworkPolicyPort {
        port: Some(IntOrString::Int(port.into())),
        protocol: Some("TCP".to_owned()),
        ..NetworkPolicyPort::default()
    }
}
