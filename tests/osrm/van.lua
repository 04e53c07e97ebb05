-- Reads OpenStreetMap by itself, with the van's speeds and turns: `speeds` (km/h by class) and `driven` stand before.
api_version = 4

local closed = { no = true, private = true, military = true, emergency = true, agricultural = true, forestry = true,
  delivery = true, permit = true, customers = true, residents = true, psv = true, bus = true }
local closing = { block = true, bollard = true, bus_trap = true, debris = true, jersey_barrier = true, log = true,
  planter = true, rope = true, stile = true, turnstile = true }
local named = { ['fr:urban'] = 50, ['fr:rural'] = 80, ['fr:living_street'] = 20, ['fr:walk'] = 6, walk = 6, none = 130,
  ['fr:zone30'] = 30, ['fr:motorway'] = 130 }

function setup()
  return {
    properties = { weight_name = 'duration', u_turn_penalty = 0, continue_straight_at_waypoint = false,
      use_turn_restrictions = true, max_speed_for_map_matching = 50, left_hand_driving = false },
    restrictions = { 'motorcar', 'motor_vehicle', 'vehicle' },
  }
end

local function allowed(object)
  for _, key in ipairs({ 'motorcar', 'motor_vehicle', 'vehicle', 'access' }) do
    local value = object:get_value_by_key(key)
    if value then return not closed[value], true end
  end
  return true, false
end

function process_node(profile, node, result)
  local open, said = allowed(node)
  local barrier = node:get_value_by_key('barrier')
  result.barrier = not open or (barrier ~= nil and closing[barrier] == true and not said)
end

local function limit(way, side, class)
  local text = way:get_value_by_key('maxspeed:' .. side) or way:get_value_by_key('maxspeed') or ''
  local lowest
  for part in string.gmatch(string.lower(text), '[^|;,]+') do
    local speed = tonumber(part) or named[part]
    if speed and (not lowest or speed < lowest) then lowest = speed end
  end
  return math.min(lowest or class, 110) * driven
end

function process_way(profile, way, result)
  local kind = way:get_value_by_key('highway')
  local class = speeds[kind or '']
  if not class or way:get_value_by_key('area') == 'yes' or not allowed(way) then return end
  local oneway = way:get_value_by_key('oneway:motorcar') or way:get_value_by_key('oneway:motor_vehicle')
    or way:get_value_by_key('oneway:vehicle') or way:get_value_by_key('oneway')
  local junction = way:get_value_by_key('junction')
  if not oneway and (junction == 'roundabout' or junction == 'circular' or kind == 'motorway') then oneway = 'yes' end
  if oneway == 'reversible' then return end
  if oneway ~= '-1' and oneway ~= 'reverse' then
    result.forward_mode, result.forward_speed = mode.driving, limit(way, 'forward', class)
  end
  if oneway ~= 'yes' and oneway ~= 'true' and oneway ~= '1' then
    result.backward_mode, result.backward_speed = mode.driving, limit(way, 'backward', class)
  end
end

function process_turn(profile, turn)
  turn.duration = 0
end

return { setup = setup, process_node = process_node, process_way = process_way, process_turn = process_turn }
