#!/usr/bin/env bash
# Runs on PostgreSQL what runs on SQLite elsewhere: the tests of every room of
# models that uses a database (a new room is found by itself; the demo, which is
# always on SQLite, is not one), the pages' matrix,
# and the way of a new operator. scripts/postgres.sh run gives it a server.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
: "${ZNAK_TEST_POSTGRES:?run me by scripts/postgres.sh run}"

rooms=$(go list -f '{{.ImportPath}} {{.TestImports}} {{.XTestImports}}' ./models/... |
  awk '/models\/store\/(testdb|storetest)/ && $1 != "znak/models/demo" && $1 != "znak/models/trends" { print $1 }')
# The figures' attacks and proofs take a minute and know no database.
figures=$(grep -l 'models/store/\(testdb\|storetest\)' models/trends/*_test.go | xargs sed -n 's/^func \(Test[A-Za-z]*\).*/\1/p' | paste -sd '|')
failed=0
go test -count=1 -timeout 15m $rooms || failed=1
go test -count=1 -timeout 15m -run "^($figures)\$" ./models/trends || failed=1
go test -count=1 -timeout 15m -run Matrix ./handlers || failed=1
go test -count=1 -timeout 15m -run 'TestOperationsDocument|TestReadiness' ./app || failed=1
exit $failed
