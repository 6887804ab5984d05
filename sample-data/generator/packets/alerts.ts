import { rfc3339 } from '../http/records.ts';
import type { NetworkTruth } from '../truth.ts';
import { at, ONLINE_BANKING, RULES } from './story.ts';

const POLICY = {
  account_id: '5fe0b1c937d84a26be9f04d7c8a1632d',
  name: 'Magic Transit: L3/4 attack',
  policy_id: '71c9ae4460d24d0f8b5ef3a29d06b87c',
  policy_name: 'Magic Transit: L3/4 attack',
};

/**
 * The two webhook messages about the SYN flood: the alert 22 s after the first packet with the rate at that moment, and the
 * end. `truth` gives the rate, so that the alert and the packets agree.
 */
export function composeAlerts(truth: NetworkTruth): { readonly start: string; readonly end: string } {
  const syn = truth.attackIds.find((attack) => attack.vector === 'syn-flood');
  if (!syn) throw new Error('the story has no SYN flood to alert about');
  const seconds = (syn.end - syn.start) / 1_000;
  const packetsPerSecond = Math.round(syn.packets / seconds);
  const base = {
    account_id: POLICY.account_id,
    alert_correlation_id: 'b60f17e2c94d4f0d8a3e52d1b7c60e98',
    alert_type: 'advanced_ddos_attack_l4_alert',
    data: {
      account_name: 'Meridian Federal Bank',
      account_tag: POLICY.account_id,
      action: 'drop',
      attack_id: syn.id,
      attack_vector: 'SYN Flood',
      dashboard_link: 'https://dash.northwall.example/accounts/meridian/network-analytics',
      max_rate: `${Math.round(packetsPerSecond / 1_000)} kpps`,
      megabits_per_second: Math.round((packetsPerSecond * 60 * 8) / 1e6),
      mitigation: 'Mitigated',
      packets_per_second: packetsPerSecond,
      protocol: 'TCP',
      rule_description: RULES.syn.name,
      rule_id: RULES.syn.id,
      rule_name: RULES.syn.name,
      ruleset_id: '3b64149bfa6e4220bbbc2bd6db589552',
      ruleset_override_id: '',
      start_time: rfc3339(syn.start),
      target_id: 'meridian-prefix-1',
      target_ip: ONLINE_BANKING,
      target_port: 443,
    },
    name: POLICY.name,
    policy_id: POLICY.policy_id,
    policy_name: POLICY.policy_name,
  };
  const message = (event: string, text: string, ts: number) =>
    `${JSON.stringify({ ...base, alert_event: event, text, ts: ts / 1_000 }, null, 2)}\n`;
  return {
    start: message('ALERT_STATE_EVENT_START', 'A SYN flood towards your prefix is being mitigated.', at('18:52:36')),
    end: message('ALERT_STATE_EVENT_END', 'The SYN flood towards your prefix has ended.', at('18:58:02')),
  };
}
