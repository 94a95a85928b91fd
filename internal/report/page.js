(function () {
  var form = document.getElementById("filters");
  if (!form) return;
  var rows = document.querySelectorAll("#findings tbody tr");
  function has(list, id) { return id === "" || (" " + list + " ").indexOf(" " + id + " ") >= 0; }
  function show() {
    var shown = 0;
    rows.forEach(function (row) {
      var d = row.dataset;
      row.hidden = ![has(d.status, form.status.value), has(d.problems, form.problem.value), has(d.warnings, form.warning.value)].every(Boolean);
      if (!row.hidden) shown++;
    });
    document.getElementById("shown").textContent = shown + " of " + rows.length + " shown";
  }
  form.addEventListener("change", show);
  show();
})();
