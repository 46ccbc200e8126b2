#!/bin/sh
# Resolves PyTorch's native jar for every platform that has a profile here (about 300 MB at first).
set -eu
version=$(sed -n 's:.*<pytorch.version>\(.*\)</pytorch.version>.*:\1:p' "$(dirname "$0")/../pom.xml")
for classifier in linux-x86_64 linux-aarch64 osx-aarch64 win-x86_64; do
  mvn -q dependency:get -Dtransitive=false \
    -Dartifact="ai.djl.pytorch:pytorch-native-cpu:$version:jar:$classifier"
  echo "pytorch-native-cpu $version $classifier: resolved"
done
