# A policy has each group once, whatever the order of the blocks.
resource "aws_networkfirewall_rule_group" "main" {
  for_each = { smtp = 25, telnet = 23 }
  name     = each.key
  type     = "STATEFUL"
  capacity = 10
  rule_group {
    rules_source {
      rules_string = "drop tcp any any -> any ${each.value} (sid:${each.value};)"
    }
  }
}

resource "aws_networkfirewall_firewall_policy" "main" {
  for_each = toset(["DEFAULT_ACTION_ORDER", "STRICT_ORDER"])
  name     = lower(replace(each.key, "_", "-"))
  firewall_policy {
    stateless_default_actions          = ["aws:forward_to_sfe"]
    stateless_fragment_default_actions = ["aws:forward_to_sfe"]
    stateful_engine_options { rule_order = each.key }
    dynamic "stateful_rule_group_reference" {
      for_each = aws_networkfirewall_rule_group.main
      content {
        priority     = each.key == "STRICT_ORDER" ? length(stateful_rule_group_reference.key) : null
        resource_arn = stateful_rule_group_reference.value.arn
      }
    }
  }
}
