#!/usr/bin/env bash
# Runs on PostgreSQL what runs on SQLite elsewhere: the tests of every room of
# models that uses a database (a new room is found by itself; the demo, which is
# always on SQLite, is not one), the pages' matrix,
# and the way of a new operator. scripts/postgres.sh run gives it a server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${ZNAK_TEST_POSTGRES:?run me by scripts/postgres.sh run}"

rooms=$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./models/... |
  awk '/models\/store\/(testdb|storetest)/ && $1 != "znak/models/demo" { print $1 }')
failed=0
go test -count=1 -timeout 15m $rooms || failed=1
go test -count=1 -timeout 15m -run Matrix ./handlers || failed=1
go test -count=1 -timeout 15m -run 'TestOperationsDocument|TestReadiness' ./app || failed=1
exit $failed
