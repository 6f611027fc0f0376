#!/bin/sh
# Replaces the name of the chart by the first argument.
sed "s/kind: Deployment/kind: ${1:-DaemonSet}/"
