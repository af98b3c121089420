namespace Mainstreet.Trades.Classification;

internal static partial class Lexicon
{
    private static (TradeCategory Category, string Text)[] Sections =>
    [
        (TradeCategory.Plumbing, """
            8: plumber, plumbing, faucet, spigot, toilet, sewer, sewage, septic, drainpipe, drainage, clogged, bathtub, sink, basin, washbasin
            8: cooking gas, no gas, fuga de agua, water leak, leaking pipe, burst pipe, water pressure, water supply, running water, water main, water heater
            6: leak, drain, shower, showerhead, pipe, piping, tub, clog, blockage, plunger, sump, bidet, urinal, cistern, flush, tap
            6: fontanero, plomero, fregadero, inodoro, tuberia, grifo, ducha, banera, gotera, desague, lavabo, fuga
            5: water, drip, overflow, flood, burst, gurgle, backup, backed, backflow, gasket, seep, ballcock, trap, standpipe, sprinkler
            5: no water, hot water, cold water, brown water, rusty water, dirty water, discolored water, standing water, slow drain, water damage
            5: gas leak, gas line, gas pipe, smell gas, gas smell, water bill, shut valve, water meter, water hammer
            4: valve, stopcock, wastewater, washer hose, hydrant, spout, nozzle, caulk, grout, gush, spray, puddle, trickle, flow, damp
            4: garbage disposal, sink disposal, disposal jam, wet wall, wet ceiling, toilet run, toilet tank, low pressure, weak pressure
            3: agua, gas, disposal, wet, soaked, moisture, pressure, tank, bathroom, bath, solder, copper, pvc, riser, jet, hose, unclog
            2: upstairs, neighbor above, basement, smelly, rusty, rust, pump, slow, rotten smell, bathroom smell, ceiling drip
            1: kitchen, hot, ceiling, stink, smell, cellar, heater, steady, floor, wall, building, cabinet, washer, machine, boiler, fridge
            """),
        (TradeCategory.Electrical, """
            8: electrician, electric, electrical, electricity, outlet, wiring, socket, breaker, fuse, voltage, circuit, gfci, lightbulb
            8: power outage, light switch, circuit breaker, electric shock, fuse box, no power, no light, no electricity, smoke detector
            6: wire, light, lighting, bulb, lamp, switch, flicker, spark, shock, short circuit, blackout, brownout, dimmer, chandelier
            6: electricista, enchufe, electricidad, bombilla, interruptor, apagon, corriente, no luz, cable pelado, luces, cortocircuito
            6: smoke alarm, carbon monoxide, fire alarm, door bell, light fixture, ceiling light, hallway light, power strip, exposed wire
            5: power, plug, intercom, buzzer, doorbell, detector, chirp, beep, monoxide, junction, fluorescent, led, ballast, conduit, tripped
            5: lost power, power out, tripped breaker, breaker trip, extension cord, loose wire, burn smell, burning plastic, porch light
            4: electrocute, amp, amperage, volt, watt, wattage, generator, transformer, meter panel, fuse panel, ethernet, antenna, bell, sparking
            4: luz, alarm, battery, cord, cable, charger, lantern, sconce, panel, dark, wall socket, security camera, motion sensor
            3: outage, burn, burnt, buzz, fixture, hum, sensor, electronic, current, surge, overload, dim, static
            2: smoke, melted, hallway, trip, smell burning, zap, ceiling fan
            1: kitchen, ceiling, wall, building, fan, smell, bedroom, stairwell, elevator
            """),
        (TradeCategory.Hvac, """
            8: hvac, furnace, thermostat, radiator, boiler, steam, aircon, ventilation, ductwork, refrigerant, freon, heat pump, air conditioner
            8: no heat, not heating, no heating, air conditioning, central air, central heating, heat broken, heat not working, not enough heat
            7: heating, conditioner, conditioning, condenser, ac, duct, calefaccion, caldera, radiador, termostato, climatizador, hvac filter
            6: heat, vent, ventilator, baseboard heater, space heater, exhaust fan, air vent, air filter, warm air, cold air, mini split
            6: aire acondicionado, mucho frio, hace frio, no calor, ac unit, ac not, steam pipe, steam heat, underfloor heating, pilot light
            5: freezing, chilly, ventilate, airflow, compressor, evaporator, coil, blower, humidifier, dehumidifier, damper, heater, steam riser
            5: ice cold, no cool, blow warm, blow cold, too cold, too hot, room cold, cold inside, heat off, heat bill, filter change
            4: cold, temperature, degree, fan, register, chiller, humid, humidity, stuffy, draft, calor, frio, exhaust, burner error, fahrenheit, celsius
            3: cool, cooling, warm, hiss, bang, filter, air, hot water, flue, chimney, fireplace, gauge, winter, summer heat, newborn
            2: hot, ice, rattle, noise, noisy, oil, heat turn, clank, whole building, building cold, blanket
            1: window, wall, ceiling, building, bedroom, smell, leak, water, kitchen
            """),
        (TradeCategory.Carpentry, """
            8: carpenter, carpentry, hinge, floorboard, drawer, banister, handrail, joinery, woodwork, doorknob, doorframe, windowsill, lockset
            8: wood floor, hardwood floor, floor board, door frame, window frame, door lock, door handle, door knob, sliding door, door hinge
            6: door, cabinet, cupboard, closet, window, stair, staircase, shelf, shelves, shelving, lock, deadbolt, latch, plank, deck, porch
            6: carpintero, puerta, ventana, armario, cajon, bisagra, cerradura, estante, escalera, madera, piso de madera, suelo roto
            6: wobbly, creak, squeak, splinter, warped, baseboard trim, skirting, molding strip, railing, veneer, laminate, parquet, joist
            5: door jam, door close, window close, window open, window pane, broken glass, glass cracked, lock key, key turn, window guard
            5: wood, wooden, floor, flooring, hatch, dumbwaiter, glass, pane, glazing, sash, sill, frame, knob, handle, wardrobe, countertop
            4: step, balcony, railings, tile loose, loose tile, tile, plywood, carpentr, trim, gate, fence, locker, key, counter, skylight, blind
            4: window stuck, door stuck, weather strip, window screen, screen door, loose board, rotten wood, subfloor, threshold, peephole
            3: loose, stuck, rotten, jam, shut, swing, track, board, screw, bolt, carpet, furniture, bench, hook, shutter, guard, slide
            2: scrape, broke, broken, fell, cracked, rail, collapse, gap, uneven, hang, lift up, screen
            1: wall, kitchen, bathroom, bedroom, hallway, ceiling, building, hole
            """),
        (TradeCategory.Painting, """
            8: paint, painter, painting, repaint, plaster, drywall, wallpaper, sheetrock, stucco, spackle, plastering, whitewash
            8: peeling paint, paint chip, lead paint, fresh coat, chipping paint, paint over, hole wall, wall crack, crack wall, ceiling crack
            6: peeling, chipping, flake, flaking, primer, coat, varnish, mural, graffiti, putty, plasterboard, paintwork, repainting, scuff
            6: pintura, pintar, pintor, yeso, pared, techo descascarado, patch wall, wall patch, wall damage, ceiling damage, ceiling stain
            5: wall, patch, crumble, crumbling, touchup, touch paint, chalky, bubbling paint, paint bubble, wall bubble, wall stain, brush, roller
            4: ceiling, crack, color, colour, stain, blister, discolored wall, yellowed, mark, smudge, skim, finish, techo, whiten, lead
            2: hole, dent, faded, chip, bubble, dirty wall, scratch, sagging, surface, brown
            1: door, window, window frame, door frame, hallway, bathroom, kitchen, leak, water, bedroom, cabinet, lobby, radiator
            """),
        (TradeCategory.Appliance, """
            8: appliance, refrigerator, fridge, dishwasher, stove, oven, microwave, dryer, freezer, washer, stovetop, cooktop, icemaker
            8: washing machine, ice maker, ice machine, gas range, electric range, gas stove, range hood, not washing, clothes dryer, spin cycle
            6: range, burner, cooker, laundry, refrigeration, electrodomestico, nevera, refrigerador, horno, estufa, lavadora, secadora, lavaplatos
            6: hob, toaster, kettle, blender, lavavajillas, oven door, fridge door, freezer door, oven heat, stove light, burner light, food spoil
            5: no spin, no drain, food bad, clothes wet, dryer heat, fridge warm, stove gas, stove ignite, trash compactor, coffee maker
            4: not heating, ignite, igniter, spin, clothes, dish, rinse, detergent, cook, cooking, bake, frost, defrost, lint, tumble, drum, food, milk
            3: machine, cycle, ice, model, turntable, compactor, seal torn, warranty, knob, vacuum, lukewarm
            2: cool, hum, loud, display, error, error code, door seal, kitchen, shake, timer, button, noise, heat
            1: door, leak, water, drain, light, broken, smell, gas, electric, smoke, handle
            """),
        (TradeCategory.PestControl, """
            14: pest, cockroach, roach, mouse, mice, rat, rodent, termite, bedbug, wasp, ant, flea, exterminator, infestation, insect, vermin
            8: exterminate, infested, raccoon, squirrel, spider, moth, gnat
            8: bed bug, pest control, mouse dropping, rat hole, wasp nest, bee hive, ant trail, fruit fly, hornet, bug
            6: beetle, weevil, mosquito, fly, flies, bee, mite, silverfish, centipede, maggot, larvae
            6: cucaracha, raton, ratones, rata, chinche, hormiga, plaga, insecto, fumigar, exterminador, avispa, mosca, termita, pulga
            5: nest, dropping, bite, bitten, fumigate, fumigation, pesticide, bait, mousetrap, glue trap, dead animal, animal, critter, bat, pigeon
            5: hear scratching, scratching wall, gnaw, chewed, hole chew, feces, bird nest, snake, possum, opossum, skunk, lice, crawl, burrow
            3: swarm, wing, bird, sting, stung, nibble, eating, poison, spray bug, trap, attic, egg, scurry, cat
            2: kitchen, wall, floor, window, door, window sill, door frame, stove, trash, garbage, drawer, ceiling, building, smell, hallway, balcony
            1: crumb, scratching, basement, cabinet, closet, fridge, pantry, wood, lobby, backyard, yard, light
            """),
        (TradeCategory.General, """
            8: janitor, cleaning, cleaner, trash, garbage, rubbish, recycling, landscaping, lawn, elevator, mailbox, sidewalk, pavement, gutter
            8: mold, mould, mildew, snow removal, trash pickup, garbage pickup, trash can, trash room, parking lot, roof leak, pick trash, noise complaint
            6: lease, rent, parking, neighbor, neighbour, landlord, super, superintendent, porter, doorman, package, mail, roof, roofing, shingle
            6: basura, limpieza, ascensor, elevador, moho, vecino, ruido, techo roto, conserje, buzon, nieve, estacionamiento, alquiler
            5: dirty, filthy, unsanitary, litter, dump, dumped, dumpster, debris, snow, sweep, mop, mow, grass, garden, yard, tree, leaves, weed
            5: lobby, stairwell, courtyard, common area, entrance, walkway, driveway, sign, signage, question, inspection, maintenance, facade
            5: fire escape, loud music, bulk item, old furniture, clean up, moving, key fob, lost key, bike room, laundry room, concrete, brick
            4: complaint, request, bin, odor, smoking, cigarette, music, party, noise, security, lockout, handyman, general, musty, sofa, mattress, icy
            3: building, hallway, public, tenant, staff, manager, repair, inquiry, fee, storage, install, assemble, mount, ladder, scaffold
            2: loud, smell, clean, garage, remove, leak, stair, door, window, floor, wall, broken, water, schedule, various, fix, check, bill, number, floor tenant
            """),
    ];
}
